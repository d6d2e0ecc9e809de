/*
 * The guard of src/bin/guard.rs in C: a policy in flash (`adarga compile --c-array policy`), JSON-RPC lines in, answers out, all memory
 * static. Without a clock every token is denied, and that is said at the start.
 *
 *     arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 --specs=rdimon.specs … guard.c policy.c libadarga.a
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adarga.h"

extern const unsigned char policy[];
extern const size_t policy_len;

enum { LINE = 1024, SCRATCH = 64 << 10, RATES = 16 << 10 };

static adarga_gate gate;
static adarga_machine machine;
static adarga_session session;
static adarga_rates rates;
static adarga_work work;
static uint64_t scratch[SCRATCH / 8], reply[ADARGA_REPLY_MAX / 8], counts[RATES / 8];
static char line[LINE], answer[256];
/* no source of randomness: whoever may connect can find names that meet in the table, where callers are only ever treated more strictly */
static const uint64_t seed[2] = {1, 2};

static void must(int32_t status)
{
    adarga_view text;
    if (status == ADARGA_OK)
        return;
    if (adarga_status_text(status, &text) == ADARGA_OK)
        printf("adarga: %.*s\n", (int)text.len, (const char *)text.ptr);
    exit(1);
}

static void setup(void)
{
    size_t size;
    int32_t status;
    must(adarga_gate_open(&gate, adarga_bytes(policy, policy_len)));
    must(adarga_scratch_size(&gate, &size));
    if (size > sizeof scratch) {
        printf("adarga: the policy needs %lu bytes of scratch memory\n", (unsigned long)size);
        exit(1);
    }
    work.size = sizeof work;
    work.session = &session;
    work.scratch.ptr = scratch;
    work.scratch.len = sizeof scratch;
    work.reply.ptr = reply;
    work.reply.len = sizeof reply;
    status = adarga_rates_size(&gate, ADARGA_RATES_LOCAL, 0, &size);
    if (status != ADARGA_ERROR_ABSENT) {
        adarga_buffer memory = {counts, sizeof counts};
        must(status);
        must(adarga_rates_init(&rates, &gate, ADARGA_RATES_LOCAL, 0, memory, seed));
        work.rates = &rates;
    }
}

/* The server behind the guard. */
static size_t handle(adarga_view id, adarga_view method)
{
    const char *result = "{}";
    if (adarga_equal(method, "initialize"))
        result = "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"thermometer\",\"version\":\"1\"}}";
    else if (adarga_equal(method, "tools/list"))
        result = "{\"tools\":[{\"name\":\"read_temperature\",\"inputSchema\":{\"type\":\"object\"}}]}";
    else if (adarga_equal(method, "tools/call"))
        result = "{\"content\":[{\"type\":\"text\",\"text\":\"21.5\"}]}";
    return (size_t)snprintf(answer, sizeof answer, "{\"jsonrpc\":\"2.0\",\"id\":%.*s,\"result\":%s}", (int)id.len, (const char *)id.ptr, result);
}

static void judge(adarga_view body)
{
    adarga_call call = {0};
    adarga_decision decision = {0};
    adarga_ticket ticket;
    adarga_message_rules rules = {0};
    adarga_limits limits = {0};
    adarga_message about = {0};
    adarga_view id;
    adarga_reading reading;
    adarga_read_result read_ = {0};
    adarga_released released = {0};
    adarga_output out = {0};
    static char room[4 * sizeof answer]; /* what adarga_released_max says is less */
    size_t len;
    call.size = sizeof call;
    call.transport = ADARGA_TRANSPORT_STDIO;
    decision.size = sizeof decision;
    about.size = sizeof about;
    read_.size = sizeof read_;
    released.size = sizeof released;
    must(adarga_decide(&gate, &machine, &call, body, &work, &decision));
    if (!decision.allowed) {
        if (decision.reply.len > 0)
            printf("%.*s\n", (int)decision.reply.len, (const char *)decision.reply.ptr);
        return;
    }
    if (adarga_ticket_draw(&gate, &machine, &call, body, &work, 0, &ticket) != ADARGA_OK)
        return; /* a notification */
    must(adarga_ticket_id(&ticket, &id));
    /* the method: the message was judged, so that it is read once more without a surprise */
    rules.size = sizeof rules;
    rules.revision = 20250618;
    limits.size = sizeof limits;
    limits.depth_max = 16;
    limits.values_max = 64;
    limits.input_max = sizeof line;
    must(adarga_message_check(body, &rules, &limits, work.scratch, &about));
    len = handle(id, about.method);
    out.ptr = room;
    out.capacity = sizeof room;
    must(adarga_read(&gate, adarga_bytes(answer, len), &work, &reading, &read_));
    if (read_.reason != ADARGA_REASON_ALLOWED)
        return;
    must(adarga_release(&gate, &ticket, &reading, adarga_bytes(answer, len), &work, &out, &released));
    if (released.reason == ADARGA_REASON_ALLOWED)
        printf("%.*s\n", (int)released.bytes.len, (const char *)released.bytes.ptr);
}

int main(void)
{
    setup();
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t len = strlen(line);
        if (len > 0 && line[len - 1] == '\n')
            len--;
        judge(adarga_bytes(line, len));
    }
    return 0;
}
