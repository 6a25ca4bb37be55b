#include "loop.h"

#include "children.h"
#include "ending.h"
#include "leftovers.h"
#include "output.h"
#include "stream.h"
#include "waits.h"
#include "wire.h"

void loop(int input, int output) {
    output_open(output);
    wire_open(input);
    while (!is_ending()) {
        output_flush();
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
    }
}
