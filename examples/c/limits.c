/*
 * Limits that forked workers share: one table in memory that all of them map, no lock, no server.
 *
 *     limits WORKERS CALLS BURST
 *
 * Each worker makes so many calls of one client at the same moment; together they are allowed exactly BURST of them. Exit code 0 when
 * that is so, 1 when it isn't.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adarga.h"

enum { CLIENTS = 1024, NOW_MS = 1000000 };

/* Ends the process when the library was misused. */
static void must(int32_t status)
{
    adarga_view text;
    if (status == ADARGA_OK)
        return;
    if (adarga_status_text(status, &text) == ADARGA_OK)
        fprintf(stderr, "limits: %.*s\n", (int)text.len, (const char *)text.ptr);
    exit(2);
}

/* Makes its calls and tells through the pipe how many were allowed. */
static void work(adarga_rates *rates, const adarga_limit *limit, unsigned calls, int result)
{
    static const char client[] = "203.0.113.7";
    unsigned allowed = 0;
    for (; calls > 0; calls--) {
        adarga_charged charged = {0};
        charged.size = sizeof charged;
        must(adarga_rates_charge(rates, limit, 0, adarga_text(client), 1, NOW_MS, &charged));
        allowed += charged.reason == ADARGA_REASON_ALLOWED;
    }
    if (write(result, &allowed, sizeof allowed) != (ssize_t)sizeof allowed)
        _exit(2);
    _exit(0);
}

static unsigned number(const char *text)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*text == '\0' || *end != '\0' || value == 0 || value > 1000000) {
        fprintf(stderr, "limits: `%s` is no number from 1 to 1000000\n", text);
        exit(2);
    }
    return (unsigned)value;
}

int main(int argc, char **argv)
{
    unsigned workers, calls, burst, allowed, total = 0, expected, i;
    adarga_rates rates;
    adarga_limit limit = {0};
    adarga_buffer memory;
    uint64_t seed[2];
    int result[2], status;
    if (argc != 4) {
        fprintf(stderr, "usage: limits WORKERS CALLS BURST\n");
        return 2;
    }
    workers = number(argv[1]);
    calls = number(argv[2]);
    burst = number(argv[3]);

    /* the table lies in memory that children inherit as one, not as copies */
    must(adarga_table_size(ADARGA_RATES_SHARED, CLIENTS, 0, &memory.len));
    memory.ptr = mmap(NULL, memory.len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory.ptr == MAP_FAILED || getrandom(seed, sizeof seed, 0) != (ssize_t)sizeof seed || pipe(result) != 0) {
        perror("limits");
        return 2;
    }
    must(adarga_table_init(&rates, ADARGA_RATES_SHARED, CLIENTS, 0, memory, seed));

    limit.size = sizeof limit;
    limit.kind = ADARGA_LIMIT_GCRA;
    limit.calls = 1;
    limit.span_ms = 3600000;
    limit.burst = burst;

    for (i = 0; i < workers; i++) {
        pid_t child = fork();
        if (child < 0) {
            perror("limits");
            return 2;
        }
        if (child == 0)
            work(&rates, &limit, calls, result[1]);
    }
    close(result[1]);
    for (i = 0; i < workers; i++) {
        if (read(result[0], &allowed, sizeof allowed) != (ssize_t)sizeof allowed)
            return 2;
        total += allowed;
    }
    while (wait(&status) > 0)
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
            return 2;
    expected = (unsigned long long)workers * calls < burst ? workers * calls : burst;
    printf("%u workers, %u calls each, a burst of %u: %u allowed\n", workers, calls, burst, total);
    return total == expected ? 0 : 1;
}
