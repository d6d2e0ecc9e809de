/* Policies in force, of the process: compiled once, whatever number of requests and objects asks for them. */
#include "php_adarga.h"

#include <sys/stat.h>

#include "ext/standard/php_random.h"

enum { CACHE_TOKENS = 256, CACHE_WIDTH = 1024 };

static void engine_free(adarga_engine *engine)
{
    adarga_trail_close(engine->trail);
    adarga_data_keys_close(engine->data);
    free(engine->work.scratch.ptr);
    if (engine->is_shared)
        adarga_shared_close(&engine->shared);
    else
        free(engine->shared.memory.ptr);
    if (engine->cache_memory != NULL && adarga_cache_clear(&engine->cache) == ADARGA_OK)
        free(engine->cache_memory);
    if (engine->policy != NULL)
        adarga_policy_close(engine->policy);
    else
        free((void *)engine->image.ptr);
    free(engine);
}

void adarga_engine_let(adarga_engine *engine)
{
    if (engine != NULL && --engine->holders == 0)
        engine_free(engine);
}

static bool zeroes(void **memory, size_t bytes, size_t aligned)
{
    if (posix_memalign(memory, aligned, bytes > 0 ? bytes : 1) != 0) {
        *memory = NULL;
        zend_throw_exception(adarga_fault_ce, "no memory for the policy", 0);
        return false;
    }
    memset(*memory, 0, bytes);
    return true;
}

/* The file in which a policy counts: each policy has one of its own, so that workers under an older one count on undisturbed. */
static zend_string *table_of(const char *table, const unsigned char *digest)
{
    return strpprintf(0, "%s.%02x%02x%02x%02x%02x%02x%02x%02x", table, digest[0], digest[1], digest[2], digest[3], digest[4], digest[5],
                      digest[6], digest[7]);
}

/* Where the policy counts calls: in a file, or in memory of this process. */
static bool set_up_rates(adarga_engine *engine, const char *table)
{
    uint32_t kind = table != NULL ? ADARGA_RATES_SHARED : ADARGA_RATES_LOCAL;
    adarga_view digest;
    size_t bytes;
    int32_t status = adarga_rates_size(&engine->gate, kind, 0, &bytes);
    if (status == ADARGA_ERROR_ABSENT)
        return true;
    if (!adarga_must(status, NULL) || !adarga_must(adarga_gate_digest(&engine->gate, &digest), NULL))
        return false;
    engine->is_shared = table != NULL;
    if (table != NULL) {
        zend_string *file = table_of(table, digest.ptr);
        bool open = adarga_shared_open(&engine->shared, ZSTR_VAL(file), bytes, digest.ptr);
        zend_string_release(file);
        if (!open)
            return false;
    } else {
        engine->shared.memory.len = bytes;
        memcpy(engine->shared.seed, engine->seed, sizeof engine->seed);
        if (!zeroes(&engine->shared.memory.ptr, bytes, 64))
            return false;
    }
    engine->work.rates = &engine->rates;
    return adarga_must(adarga_rates_init(&engine->rates, &engine->gate, kind, 0, engine->shared.memory, engine->shared.seed), NULL);
}

static bool set_up(adarga_engine *engine, const char *table)
{
    size_t bytes;
    if (php_random_bytes_throw(engine->seed, sizeof engine->seed) != SUCCESS
        || !adarga_must(adarga_gate_open(&engine->gate, engine->image), NULL)
        || !adarga_must(adarga_scratch_size(&engine->gate, &bytes), NULL)
        || !zeroes(&engine->work.scratch.ptr, bytes, 64))
        return false;
    engine->work.size = sizeof engine->work;
    engine->work.scratch.len = bytes;
    engine->work.reply.ptr = engine->reply;
    engine->work.reply.len = sizeof engine->reply;
    memcpy(engine->work.seed, engine->seed, sizeof engine->seed);
    if (!adarga_must(adarga_cache_size(CACHE_TOKENS, CACHE_WIDTH, &bytes), NULL) || !zeroes(&engine->cache_memory, bytes, 64)
        || !adarga_must(adarga_cache_init(&engine->cache, (adarga_buffer){engine->cache_memory, bytes}, CACHE_TOKENS, CACHE_WIDTH,
                                          engine->seed), NULL))
        return false;
    engine->work.cache = &engine->cache;
    return set_up_rates(engine, table);
}

/* Takes the image, or the policy that it is of. */
static adarga_engine *made_of(adarga_policy *policy, adarga_view image, const char *table)
{
    adarga_engine *engine = pecalloc(1, sizeof *engine, 1);
    engine->policy = policy;
    engine->image = image;
    engine->holders = 1;
    if (!set_up(engine, table)) {
        engine_free(engine);
        return NULL;
    }
    return engine;
}

/* The keys that answers are sealed with; false after a throw. */
static bool set_up_data(adarga_engine *engine)
{
    adarga_output error = adarga_error();
    bool right = adarga_must(adarga_data_keys_open(engine->policy, &engine->data, &error), &error);
    adarga_error_free(&error);
    return right;
}

adarga_engine *adarga_engine_of_policy(adarga_policy *policy, const char *table, bool connect)
{
    adarga_view image;
    adarga_engine *engine;
    if (!adarga_must(adarga_policy_image(policy, &image), NULL)) {
        adarga_policy_close(policy);
        return NULL;
    }
    engine = made_of(policy, image, table);
    if (engine != NULL && connect && !set_up_data(engine)) {
        engine_free(engine);
        return NULL;
    }
    return engine;
}

adarga_engine *adarga_engine_of_image(adarga_view image)
{
    void *copy;
    if (!zeroes(&copy, image.len, 64))
        return NULL;
    memcpy(copy, image.ptr, image.len);
    return made_of(NULL, adarga_bytes(copy, image.len), NULL);
}

static adarga_engine *load(zend_string *path, zend_string *table)
{
    adarga_output error = adarga_error();
    adarga_policy *policy;
    adarga_engine *engine = NULL;
    if (adarga_must(adarga_policy_open(adarga_of(path), &policy, &error), &error))
        engine = adarga_engine_of_policy(policy, table != NULL ? ZSTR_VAL(table) : NULL, true);
    adarga_error_free(&error);
    return engine;
}

static void stamp_of(const char *path, int64_t stamp[4])
{
    struct stat is;
    memset(stamp, 0, 4 * sizeof *stamp);
    if (stat(path, &is) != 0)
        return;
    stamp[0] = (int64_t)is.st_dev;
    stamp[1] = (int64_t)is.st_ino;
    stamp[2] = (int64_t)is.st_size;
    stamp[3] = (int64_t)is.st_mtim.tv_sec * 1000000000 + is.st_mtim.tv_nsec;
}

/* A new policy failed to load: what was in force stays, and the log says why. */
static void keep_old(adarga_engine *old, const int64_t stamp[4])
{
    zend_object *why = EG(exception);
    zval held, *text;
    GC_ADDREF(why);
    zend_clear_exception();
    text = zend_read_property(zend_ce_exception, why, "message", sizeof "message" - 1, 1, &held);
    php_error_docref(NULL, E_WARNING, "the policy in force stays: %s", Z_TYPE_P(text) == IS_STRING ? Z_STRVAL_P(text) : "unknown");
    OBJ_RELEASE(why);
    /* said once for each state of the file */
    memcpy(old->stamp, stamp, sizeof old->stamp);
}

adarga_engine *adarga_engine_of_file(zend_string *path, zend_string *table, bool anew)
{
    zend_string *key = strpprintf(0, "%s%c%s", ZSTR_VAL(path), table != NULL ? '\n' : '\0', table != NULL ? ZSTR_VAL(table) : "");
    adarga_engine *old = zend_hash_find_ptr(&ADARGA_G(engines), key), *engine;
    int64_t stamp[4];
    stamp_of(ZSTR_VAL(path), stamp);
    if (old != NULL && !anew && (stamp[0] == 0 || memcmp(old->stamp, stamp, sizeof stamp) == 0)) {
        engine = old;
    } else {
        engine = load(path, table);
        if (engine != NULL) {
            memcpy(engine->stamp, stamp, sizeof stamp);
            zend_string *lasting = zend_string_init(ZSTR_VAL(key), ZSTR_LEN(key), 1);
            zend_hash_update_ptr(&ADARGA_G(engines), lasting, engine);
            zend_string_release(lasting);
        } else if (old != NULL && !anew) {
            keep_old(old, stamp);
            engine = old;
        }
    }
    zend_string_release(key);
    if (engine != NULL)
        engine->holders++;
    return engine;
}
