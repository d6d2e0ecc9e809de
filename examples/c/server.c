/*
 * An MCP server over stdio whose every message is judged: line → decision → handler → release.
 *
 *     cc server.c $(pkg-config --cflags --libs adarga jansson) -o server && ./server server.toml
 *
 * The handlers read their JSON with jansson: what they see was read strictly before, so there is one way to understand it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <adarga.h>
#include <jansson.h>

static adarga_gate gate;
static adarga_root *docs;
static adarga_machine machine;
static adarga_session session;
static adarga_rates rates;
static adarga_work work;

static void need(int32_t status, const char *what, const adarga_output *error)
{
    adarga_view text;
    if (status == ADARGA_OK || adarga_status_text(status, &text) != ADARGA_OK)
        return;
    fprintf(stderr, "server: %s: %.*s\n", what, (int)text.len, (const char *)text.ptr);
    if (error != NULL && error->len > 0)
        fprintf(stderr, "%.*s\n", (int)(error->len < error->capacity ? error->len : error->capacity), (const char *)error->ptr);
    exit(1);
}

static adarga_buffer memory(size_t bytes)
{
    adarga_buffer buffer = {calloc(1, bytes), bytes};
    if (buffer.ptr == NULL)
        exit(1);
    return buffer;
}

static void set_up(const char *file)
{
    static adarga_policy *policy;
    static char room[4096];
    adarga_output error = {room, sizeof room, 0};
    adarga_view name, directory;
    uint64_t seed[2];
    size_t size;
    if (getrandom(seed, sizeof seed, 0) != sizeof seed)
        exit(1);
    need(adarga_policy_open(adarga_text(file), &policy, &error), "policy", &error);
    need(adarga_policy_gate(policy, &gate), "gate", NULL);
    need(adarga_scratch_size(&gate, &size), "gate", NULL);
    work.size = sizeof work;
    work.scratch = memory(size);
    work.reply = memory(ADARGA_REPLY_MAX);
    work.seed[0] = seed[0];
    work.seed[1] = seed[1];
    work.session = &session;
    if (adarga_rates_size(&gate, ADARGA_RATES_LOCAL, 0, &size) == ADARGA_OK) {
        need(adarga_rates_init(&rates, &gate, ADARGA_RATES_LOCAL, 0, memory(size), seed), "rates", NULL);
        work.rates = &rates;
    }
    need(adarga_gate_root(&gate, 0, &name, &directory), "the policy's root", NULL);
    need(adarga_root_open(directory, &docs, &error), "root", &error);
}

static json_t *text_result(const char *text, size_t len, int is_error)
{
    json_t *shown = json_stringn(text, len);
    if (shown == NULL)
        return text_result("not a text", 10, 1);
    return json_pack("{s:[{s:s,s:o}],s:b}", "content", "type", "text", "text", shown, "isError", is_error);
}

static json_t *read_file(const json_t *arguments)
{
    const json_t *path = json_object_get(arguments, "path");
    char content[65536];
    uint16_t reason;
    ssize_t len;
    int fd;
    /* judged twice on purpose: the policy by its bytes, the kernel when it is opened */
    if (adarga_root_open_file(docs, adarga_bytes(json_string_value(path), json_string_length(path)), &fd, &reason) != ADARGA_OK
        || reason != ADARGA_REASON_ALLOWED)
        return text_result("no such file", 12, 1);
    len = read(fd, content, sizeof content);
    close(fd);
    return len < 0 ? text_result("can't be read", 13, 1) : text_result(content, (size_t)len, 0);
}

static json_t *call_tool(const char *name, const json_t *arguments)
{
    const json_t *text = json_object_get(arguments, "text");
    if (strcmp(name, "echo") == 0 && json_is_string(text))
        return text_result(json_string_value(text), json_string_length(text), 0);
    if (strcmp(name, "read_file") == 0)
        return read_file(arguments);
    if (strcmp(name, "delete_user") == 0)
        return text_result("deleted", 7, 0);
    return text_result("wrong arguments", 15, 1);
}

/* What the server itself would answer; it knows nothing of roles. */
static json_t *handle(const char *method, const json_t *params)
{
    const char *revision = json_string_value(json_object_get(params, "protocolVersion"));
    if (strcmp(method, "initialize") == 0)
        return json_pack("{s:s,s:{s:{}},s:{s:s,s:s}}", "protocolVersion", revision, "capabilities", "tools", "serverInfo", "name",
                         "c-example", "version", "1");
    if (strcmp(method, "tools/list") == 0)
        return json_loads("{\"tools\":["
                          "{\"name\":\"echo\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"}}}},"
                          "{\"name\":\"read_file\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"path\":{\"type\":\"string\"}}}},"
                          "{\"name\":\"delete_user\",\"inputSchema\":{\"type\":\"object\",\"properties\":{}}}]}", 0, NULL);
    if (strcmp(method, "tools/call") == 0)
        return call_tool(json_string_value(json_object_get(params, "name")), json_object_get(params, "arguments"));
    return json_object();
}

static void send_line(adarga_view line)
{
    if (line.len > 0 && (fwrite(line.ptr, 1, line.len, stdout) != line.len || putchar('\n') == EOF || fflush(stdout) != 0))
        exit(1);
}

static void answer(adarga_view line, const adarga_ticket *ticket)
{
    json_t *request = json_loadb(line.ptr, line.len, JSON_ALLOW_NUL, NULL), *response;
    adarga_reading reading;
    adarga_read_result found = {.size = sizeof found};
    adarga_released released = {.size = sizeof released};
    adarga_output out;
    char *text;
    response = json_pack("{s:s,s:O,s:o}", "jsonrpc", "2.0", "id", json_object_get(request, "id"), "result",
                         handle(json_string_value(json_object_get(request, "method")), json_object_get(request, "params")));
    text = response != NULL ? json_dumps(response, JSON_COMPACT) : NULL;
    need(adarga_released_max(&gate, text != NULL ? strlen(text) : 0, &out.capacity), "output", NULL);
    out.ptr = memory(out.capacity).ptr;
    if (text != NULL && adarga_read(&gate, adarga_text(text), &work, &reading, &found) == ADARGA_OK
        && found.reason == ADARGA_REASON_ALLOWED
        && adarga_release(&gate, ticket, &reading, adarga_text(text), &work, &out, &released) == ADARGA_OK
        && released.reason == ADARGA_REASON_ALLOWED) {
        send_line(released.bytes);
    } else {
        adarga_view id;
        need(adarga_ticket_id(ticket, &id), "ticket", NULL);
        printf("{\"jsonrpc\":\"2.0\",\"id\":%.*s,\"error\":{\"code\":-32603,\"message\":\"internal error\"}}\n", (int)id.len,
               (const char *)id.ptr);
        fflush(stdout);
    }
    free(out.ptr);
    free(text);
    json_decref(response);
    json_decref(request);
}

static void judge(adarga_view line)
{
    adarga_call call = {.size = sizeof call, .transport = ADARGA_TRANSPORT_STDIO};
    adarga_decision decision = {.size = sizeof decision};
    adarga_ticket ticket;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    call.now_ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    need(adarga_decide(&gate, &machine, &call, line, &work, &decision), "decide", NULL);
    if (!decision.allowed)
        send_line(decision.reply);
    else if (adarga_ticket_draw(&gate, &machine, &call, line, &work, 0, &ticket) == ADARGA_OK)
        answer(line, &ticket);
}

int main(int count, char **arguments)
{
    static char chunk[65536];
    static adarga_framer framer;
    adarga_buffer line_room;
    ssize_t len;
    if (count != 2) {
        fprintf(stderr, "usage: server POLICY\n");
        return 2;
    }
    set_up(arguments[1]);
    need(adarga_gate_body_max(&gate, 0, &line_room.len), "gate", NULL);
    line_room = memory(line_room.len);
    while ((len = read(0, chunk, sizeof chunk)) > 0) {
        adarga_view rest = adarga_bytes(chunk, (size_t)len), line;
        uint32_t framed;
        do {
            need(adarga_frame(&framer, line_room, &rest, &line, &framed), "frame", NULL);
            if (framed == ADARGA_FRAMED_LINE)
                judge(line);
        } while (framed != ADARGA_FRAMED_MORE);
    }
    return 0;
}
