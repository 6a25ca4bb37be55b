#include "loop.h"

#include "children.h"
#include "leftovers.h"
#include "output.h"
#include "stream.h"
#include "waits.h"
#include "wire.h"

void loop_begin(int input, int output) {
    output_open(output);
    wire_open(input);
    output_flush();
}

void loop_turn(void) {
    waits_begin();
    wire_wait();
    output_wait();
    children_wait();
    leftovers_wait();
    streams_wait();
    waits_wait();
    children_work();
    leftovers_work();
    wire_work();
    streams_work();
    output_flush();
}
