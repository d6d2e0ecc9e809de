#ifdef __cplusplus
extern "C" {
#endif

/* A view of a text of C; of NULL, absent. */
static inline adarga_view adarga_text(const char *text)
{
    adarga_view view;
    view.ptr = text;
    view.len = text != NULL ? strlen(text) : 0;
    return view;
}

/* A view of bytes. */
static inline adarga_view adarga_bytes(const void *bytes, size_t len)
{
    adarga_view view;
    view.ptr = bytes;
    view.len = len;
    return view;
}

/* Whether a view holds exactly this text of C. */
static inline int adarga_equal(adarga_view view, const char *text)
{
    size_t len = strlen(text);
    return view.len == len && (len == 0 || memcmp(view.ptr, text, len) == 0);
}

#ifdef __cplusplus
}
#endif
