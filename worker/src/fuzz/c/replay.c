/* Runs each input in the directories that are named, once: the corpus, in the ordinary tests. */
#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void replay(const char *path) {
    static uint8_t data[1 << 20];
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(1);
    }
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(data, size);
}

int main(int argc, char **argv) {
    unsigned inputs = 0;
    LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc; i++) {
        DIR *directory = opendir(argv[i]);
        for (struct dirent *entry = directory ? readdir(directory) : NULL; entry; entry = readdir(directory)) {
            char path[PATH_MAX];
            snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
            if (entry->d_type == DT_REG) {
                replay(path);
                inputs++;
            }
        }
        closedir(directory);
    }
    printf("%u inputs\n", inputs);
    return inputs > 0 ? 0 : 1;
}
