/*
 * A caller in C that does what it must not: every call ends in a status and a denial. Run plain, under ASan and UBSan, and under valgrind.
 * `hostile POLICY` takes a policy with a tool `echo` that the local client may use, and a limit.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adarga.h"

static int failed, passed;

#define EXPECT(what)                                                       \
    do {                                                                   \
        if (what) {                                                        \
            passed++;                                                      \
        } else {                                                           \
            failed++;                                                      \
            printf("failed  %s:%d: %s\n", __FILE__, __LINE__, #what);      \
        }                                                                  \
    } while (0)

static const char body[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"arguments\":{\"text\":\"a\"}}}";

typedef struct {
    adarga_gate gate;
    adarga_machine machine;
    adarga_session session;
    adarga_rates rates;
    adarga_work work;
    adarga_call call;
} worker;

static void *zeroes(size_t bytes)
{
    void *memory = calloc(1, bytes > 0 ? bytes : 1);
    if (memory == NULL)
        abort();
    return memory;
}

static worker *new_worker(const adarga_policy *policy)
{
    static const uint64_t seed[2] = {1, 2};
    worker *w = zeroes(sizeof *w);
    size_t size;
    EXPECT(adarga_policy_gate(policy, &w->gate) == ADARGA_OK);
    EXPECT(adarga_scratch_size(&w->gate, &size) == ADARGA_OK);
    w->work.size = sizeof w->work;
    w->work.scratch.ptr = zeroes(size);
    w->work.scratch.len = size;
    w->work.reply.ptr = zeroes(ADARGA_REPLY_MAX);
    w->work.reply.len = ADARGA_REPLY_MAX;
    EXPECT(adarga_session_restore(&w->session, 20251125, adarga_text(NULL)) == ADARGA_OK);
    w->work.session = &w->session;
    EXPECT(adarga_rates_size(&w->gate, ADARGA_RATES_LOCAL, 4, &size) == ADARGA_OK);
    {
        adarga_buffer table;
        table.ptr = zeroes(size);
        table.len = size;
        EXPECT(adarga_rates_init(&w->rates, &w->gate, ADARGA_RATES_LOCAL, 4, table, seed) == ADARGA_OK);
        w->work.rates = &w->rates;
    }
    w->call.size = sizeof w->call;
    w->call.transport = ADARGA_TRANSPORT_STDIO;
    w->call.now_ms = 1790000000000u;
    return w;
}

static int32_t decide(worker *w, adarga_view text, adarga_decision *decision)
{
    memset(decision, 0xAA, sizeof *decision);
    decision->size = sizeof *decision;
    return adarga_decide(&w->gate, &w->machine, &w->call, text, &w->work, decision);
}

static void wrong_pointers(worker *w)
{
    static uint64_t room[600];
    char *crooked = (char *)room + 1;
    adarga_decision decision;
    size_t size = 7;
    adarga_view huge = adarga_bytes(body, SIZE_MAX), nowhere = adarga_bytes(NULL, 5);
    EXPECT(decide(w, adarga_text(body), &decision) == ADARGA_OK && decision.allowed == 1);
    EXPECT(decide(w, huge, &decision) == ADARGA_ERROR_LENGTH && decision.allowed == 0 && decision.reason == 0);
    EXPECT(decide(w, nowhere, &decision) == ADARGA_ERROR_NULL && decision.allowed == 0);
    EXPECT(adarga_decide(NULL, NULL, NULL, nowhere, NULL, &decision) == ADARGA_ERROR_NULL && decision.allowed == 0);
    EXPECT(adarga_decide(NULL, NULL, NULL, nowhere, NULL, NULL) == ADARGA_ERROR_NULL);
    EXPECT(adarga_scratch_size((void *)crooked, &size) == ADARGA_ERROR_ALIGN && size == 0);
    EXPECT(adarga_scratch_size(&w->gate, (size_t *)(void *)crooked) == ADARGA_ERROR_ALIGN);
    EXPECT(adarga_gate_open((void *)crooked, adarga_text("x")) == ADARGA_ERROR_ALIGN);
    EXPECT(adarga_gate_open(NULL, adarga_text("x")) == ADARGA_ERROR_NULL);
    adarga_policy_close(NULL);
    adarga_live_close(NULL);
    adarga_key_set_close(NULL);
    adarga_revocations_close(NULL);
    adarga_root_close(NULL);
}

static void wrong_sizes(worker *w)
{
    static const uint32_t sizes[] = {0, 4, 7, 4097, UINT32_MAX};
    struct {
        adarga_call call;
        uint64_t newer;
    } longer;
    adarga_decision decision;
    size_t i;
    for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        w->call.size = sizes[i];
        EXPECT(decide(w, adarga_text(body), &decision) == ADARGA_ERROR_SIZE && decision.allowed == 0);
    }
    w->call.size = sizeof w->call;
    memset(&longer, 0, sizeof longer);
    longer.call = w->call;
    longer.call.size = sizeof longer;
    EXPECT(adarga_decide(&w->gate, &w->machine, &longer.call, adarga_text(body), &w->work, &decision) == ADARGA_OK);
    EXPECT(decision.allowed == 1);
    longer.newer = 1;
    EXPECT(adarga_decide(&w->gate, &w->machine, &longer.call, adarga_text(body), &w->work, &decision) == ADARGA_ERROR_SIZE);
    EXPECT(decision.allowed == 0);
}

static void wrong_images(const adarga_policy *policy)
{
    adarga_view image;
    unsigned char *copy;
    adarga_gate gate;
    size_t i;
    EXPECT(adarga_policy_image(policy, &image) == ADARGA_OK && image.len > 0);
    for (i = 0; i < image.len; i += 11) {
        /* memory that ends where the view does, so that a read beyond it is seen */
        copy = zeroes(i);
        memcpy(copy, image.ptr, i);
        EXPECT(adarga_gate_open(&gate, adarga_bytes(copy, i)) != ADARGA_OK);
        free(copy);
    }
    copy = zeroes(image.len);
    for (i = 0; i < image.len * 8; i += 29) {
        size_t size = 1;
        memcpy(copy, image.ptr, image.len);
        copy[i / 8] ^= (unsigned char)(1 << i % 8);
        EXPECT(adarga_gate_open(&gate, adarga_bytes(copy, image.len)) != ADARGA_OK);
        EXPECT(adarga_scratch_size(&gate, &size) == ADARGA_ERROR_STATE && size == 0);
    }
    free(copy);
}

/* Texts and lists of the layers that stand alone. */
static void wrong_texts(void)
{
    adarga_view nowhere = {NULL, 3}, key = adarga_bytes(body, ADARGA_AUDIT_KEY_LEN);
    adarga_detect_kinds kinds;
    adarga_detect_finding findings[2];
    adarga_redaction rules = {0};
    adarga_limits limits = {0};
    adarga_released redacted = {0};
    adarga_output out = {NULL, 0, 7};
    adarga_buffer memory;
    adarga_audit_summary summary = {0};
    adarga_audit *audit;
    uint32_t threats = 9;
    uint16_t reason = 9;
    size_t count = 9;
    EXPECT(adarga_threat_scan(nowhere, &threats, &reason) == ADARGA_ERROR_NULL && threats == 0 && reason == 0);
    EXPECT(adarga_threat_scan(adarga_text(body), NULL, &reason) == ADARGA_ERROR_NULL);
    EXPECT(adarga_detect_kinds_named(adarga_text("all"), &kinds) == ADARGA_OK);
    EXPECT(adarga_detect(adarga_text(body), &kinds, NULL, 2, &count) == ADARGA_ERROR_NULL && count == 0);
    EXPECT(adarga_detect(adarga_text(body), &kinds, findings, SIZE_MAX, &count) == ADARGA_ERROR_LENGTH && count == 0);
    EXPECT(adarga_detect(adarga_text("a@example.com"), &kinds, NULL, 0, &count) == ADARGA_ERROR_ROOM && count == 1);
    EXPECT(adarga_detect(adarga_text(body), NULL, findings, 2, &count) == ADARGA_ERROR_NULL);
    limits.size = sizeof limits;
    limits.depth_max = 16;
    limits.values_max = 64;
    limits.input_max = 1024;
    EXPECT(adarga_scratch_size_of(64, 1024, &memory.len) == ADARGA_OK);
    memory.ptr = zeroes(memory.len);
    redacted.size = sizeof redacted;
    EXPECT(adarga_redact(adarga_text(body), &rules, &limits, memory, &out, &redacted) == ADARGA_ERROR_SIZE && redacted.reason == 0);
    rules.size = sizeof rules;
    EXPECT(adarga_redact(adarga_text(body), &rules, &limits, memory, &out, &redacted) == ADARGA_OK && redacted.edited == 0);
    rules.name_count = 1;
    EXPECT(adarga_redact(adarga_text(body), &rules, &limits, memory, &out, &redacted) == ADARGA_ERROR_NULL && redacted.reason == 0);
    rules.name_count = SIZE_MAX;
    EXPECT(adarga_redact(adarga_text(body), &rules, &limits, memory, &out, &redacted) == ADARGA_ERROR_VALUE);
    rules.name_count = 0;
    out.ptr = memory.ptr;
    out.capacity = 8;
    EXPECT(adarga_redact(adarga_text(body), &rules, &limits, memory, &out, &redacted) == ADARGA_ERROR_OVERLAP && out.len == 0);
    free(memory.ptr);
    EXPECT(adarga_audit_open(0, nowhere, 0, &audit) == ADARGA_ERROR_NULL && audit == NULL);
    EXPECT(adarga_audit_open(0, key, 0, &audit) == ADARGA_OK);
    EXPECT(adarga_audit_line(NULL, key) == ADARGA_ERROR_NULL);
    EXPECT(adarga_audit_line(audit, nowhere) == ADARGA_ERROR_NULL);
    EXPECT(adarga_audit_end(audit, adarga_text(NULL), &summary) == ADARGA_ERROR_SIZE);
    summary.size = sizeof summary;
    EXPECT(adarga_audit_end(audit, adarga_text(NULL), &summary) == ADARGA_OK && summary.whole != 0 && summary.genuine == 0);
    adarga_audit_close(audit);
}

typedef struct {
    adarga_rates *rates;
    unsigned granted, refused, busy, other;
} counter;

static void *charge(void *argument)
{
    counter *c = argument;
    adarga_limit limit = {0};
    int i;
    limit.size = sizeof limit;
    limit.kind = ADARGA_LIMIT_GCRA;
    limit.calls = 100;
    limit.span_ms = 60000;
    limit.burst = 100;
    for (i = 0; i < 2000; i++) {
        adarga_charged charged = {0};
        int32_t status;
        charged.size = sizeof charged;
        status = adarga_rates_charge(c->rates, &limit, 0, adarga_text("client"), 1, 1790000000000u, &charged);
        if (status == ADARGA_OK && charged.reason == ADARGA_REASON_ALLOWED)
            c->granted++;
        else if (status == ADARGA_OK && charged.reason == ADARGA_REASON_RATE_EXCEEDED)
            c->refused++;
        else if (status == ADARGA_ERROR_BUSY && charged.reason == 0)
            c->busy++;
        else
            c->other++;
    }
    return NULL;
}

static void two_threads(uint32_t kind)
{
    static const uint64_t seed[2] = {3, 4};
    pthread_t threads[2];
    counter counters[2];
    adarga_rates rates;
    adarga_buffer memory;
    char *whole;
    size_t size, i;
    EXPECT(adarga_table_size(kind, 8, 0, &size) == ADARGA_OK);
    whole = zeroes(size + 64);
    memory.ptr = whole + (64 - (uintptr_t)whole % 64) % 64;
    memory.len = size;
    EXPECT(adarga_table_init(&rates, kind, 8, 0, memory, seed) == ADARGA_OK);
    memset(counters, 0, sizeof counters);
    for (i = 0; i < 2; i++) {
        counters[i].rates = &rates;
        EXPECT(pthread_create(&threads[i], NULL, charge, &counters[i]) == 0);
    }
    for (i = 0; i < 2; i++)
        EXPECT(pthread_join(threads[i], NULL) == 0);
    EXPECT(counters[0].granted + counters[1].granted == 100);
    EXPECT(counters[0].other + counters[1].other == 0);
    EXPECT(kind == ADARGA_RATES_LOCAL || counters[0].busy + counters[1].busy == 0);
    free(whole);
}

int main(int count, char **arguments)
{
    adarga_policy *policy;
    worker *w;
    if (count != 2 || adarga_policy_open(adarga_text(arguments[1]), &policy, NULL) != ADARGA_OK) {
        fprintf(stderr, "usage: hostile POLICY\n");
        return 2;
    }
    w = new_worker(policy);
    wrong_pointers(w);
    wrong_sizes(w);
    wrong_images(policy);
    wrong_texts();
    two_threads(ADARGA_RATES_LOCAL);
    two_threads(ADARGA_RATES_SHARED);
    free(w->work.scratch.ptr);
    free(w->work.reply.ptr);
    adarga_policy_close(policy);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
