/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the archive libxml2.a refers to and this program never has it do: convert
 * encodings by ICU, read and write compressed files.  ICU alone would be 30 MB of
 * program; shared it is, with the C++ library below it, a third of the time of a
 * short run.  compiler/xml.c gives libxml2 bytes in memory that are known to be
 * UTF-8 and says that what they declare as encoding does not count, and refuses
 * every DOCTYPE, so that nothing opens a file.  Hidden, so that no shared library
 * finds these in place of its own; configure links all of libxml2.a that xml.c
 * uses against this file before it chooses the archive.
 */
#include <stdlib.h>

/* the names of ICU's functions end in its version */
#if defined(__has_include)
#if __has_include(<unicode/urename.h>)
#include <unicode/urename.h>
#endif
#endif

#define ABSENT(name)                                                                               \
	__attribute__((visibility("hidden"))) void name(void);                                     \
	void name(void)                                                                            \
	{                                                                                          \
		abort();                                                                           \
	}

/* ICU */
ABSENT(UCNV_FROM_U_CALLBACK_STOP)
ABSENT(UCNV_TO_U_CALLBACK_STOP)
ABSENT(ucnv_close)
ABSENT(ucnv_convertEx)
ABSENT(ucnv_open)
ABSENT(ucnv_setFromUCallBack)
ABSENT(ucnv_setToUCallBack)

/* zlib */
ABSENT(crc32)
ABSENT(deflate)
ABSENT(deflateEnd)
ABSENT(deflateInit2_)
ABSENT(gzclose)
ABSENT(gzdirect)
ABSENT(gzdopen)
ABSENT(gzopen64)
ABSENT(gzread)
ABSENT(gzwrite)
ABSENT(inflate)
ABSENT(inflateEnd)
ABSENT(inflateInit2_)
ABSENT(inflateReset)

/* liblzma */
ABSENT(lzma_auto_decoder)
ABSENT(lzma_code)
ABSENT(lzma_end)
ABSENT(lzma_properties_decode)
