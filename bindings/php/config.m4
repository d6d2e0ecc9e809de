dnl The extension adarga: PHP on the C ABI, libadarga.a inside.

PHP_ARG_ENABLE([adarga],
  [whether to enable adarga],
  [AS_HELP_STRING([--enable-adarga], [Enable adarga, security for MCP servers])],
  [yes])

PHP_ARG_WITH([libadarga],
  [for the directory of libadarga.a],
  [AS_HELP_STRING([--with-libadarga=DIR], [Where libadarga.a is, by default target/c of the source tree])],
  [no], [no])

if test "$PHP_ADARGA" != "no"; then
  ADARGA_LIB=$PHP_LIBADARGA
  if test "$ADARGA_LIB" = "no" -o "$ADARGA_LIB" = "yes"; then
    ADARGA_LIB=$abs_srcdir/../../target/c
  fi
  if test ! -r "$ADARGA_LIB/libadarga.a"; then
    AC_MSG_ERROR([no libadarga.a in $ADARGA_LIB: run make in ffi of the source tree, or give --with-libadarga=DIR])
  fi
  dnl a package carries the header beside its sources
  ADARGA_INC=$abs_srcdir
  if test ! -r "$ADARGA_INC/adarga.h"; then
    ADARGA_INC=$abs_srcdir/../../ffi/include
  fi
  if test ! -r "$ADARGA_INC/adarga.h"; then
    AC_MSG_ERROR([no adarga.h in $ADARGA_INC])
  fi
  dnl the archive's own names stay inside: another extension in Rust may be loaded beside this one
  ADARGA_SHARED_LIBADD="$ADARGA_LIB/libadarga.a -Wl,--exclude-libs,ALL -lgcc_s -lpthread -ldl -lm"
  PHP_SUBST([ADARGA_SHARED_LIBADD])
  PHP_NEW_EXTENSION([adarga],
    [adarga.c denied.c engine.c table.c call.c gate.c session.c keys.c rates.c schema.c root.c sealer.c text.c message.c trail.c vault.c],
    [$ext_shared],,
    [-I$ADARGA_INC -DADARGA_HOST -DADARGA_SEAL -DADARGA_UNIX -DZEND_ENABLE_STATIC_TSRMLS_CACHE=1 -fvisibility=hidden -Wall -Wextra -Wno-unused-parameter])
fi
