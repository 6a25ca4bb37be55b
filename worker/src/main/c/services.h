/* The services of docs/tether.md, each in the file of its name. */
#ifndef SERVICES_H
#define SERVICES_H

#include "stream.h"

extern const struct service run_service;
extern const struct service write_service;
extern const struct service read_service;
extern const struct service stat_service;
extern const struct service list_service;
extern const struct service unpack_service;
extern const struct service listen_service;

#endif
