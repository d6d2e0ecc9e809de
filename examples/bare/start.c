/* From reset to newlib's start: the vectors, and the floating-point unit, which the compiler may use at once. */
#include <stdint.h>

extern uint32_t __stack_top;
void _start(void);

static void reset(void)
{
    volatile uint32_t *cpacr = (volatile uint32_t *)0xE000ED88;
    *cpacr |= 0xFu << 20;
    __asm__ volatile("dsb\n isb");
    _start();
}

static void stopped(void)
{
    for (;;)
        ;
}

struct vectors {
    uint32_t *stack;
    void (*handlers[15])(void);
};

__attribute__((section(".vectors"), used)) const struct vectors vectors = {
    &__stack_top, {reset, stopped, stopped, stopped, stopped, stopped, stopped, stopped, stopped, stopped, stopped, stopped, stopped, stopped, stopped},
};
