/* Tables of rates in files: all processes that map one count together, and no server is asked. */
#include "php_adarga.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ext/standard/php_random.h"

/* What the file begins with; the table behind it stays aligned to 64 bytes. */
typedef struct {
    char label[16];
    uint64_t bytes;
    uint64_t seed[2];
    unsigned char identity[32];
    unsigned char rest[56];
} heading;

static const char label[16] = "adarga rates 1\n";

static bool refuse(const char *path, const char *why)
{
    zend_throw_exception_ex(adarga_fault_ce, ADARGA_ERROR_STATE, "table of rates `%s`: %s", path, why);
    return false;
}

/* Writes a new heading; the counts behind it are zero. */
static bool found(int fd, heading *head, size_t bytes, const unsigned char identity[32])
{
    memset(head, 0, sizeof *head);
    memcpy(head->label, label, sizeof label);
    head->bytes = bytes;
    memcpy(head->identity, identity, sizeof head->identity);
    return php_random_bytes_silent(head->seed, sizeof head->seed) == SUCCESS && ftruncate(fd, 0) == 0
        && ftruncate(fd, (off_t)(sizeof *head + bytes)) == 0 && pwrite(fd, head, sizeof *head, 0) == (ssize_t)sizeof *head;
}

/* The file is locked: what is there is of this table, or it is made anew. A file that is no table is left alone. */
static bool settle(int fd, const char *path, heading *head, size_t bytes, const unsigned char identity[32])
{
    struct stat is;
    if (fstat(fd, &is) != 0 || !S_ISREG(is.st_mode))
        return refuse(path, "it is no regular file");
    if (is.st_uid != geteuid() && is.st_uid != 0)
        return refuse(path, "it belongs to another user: choose a directory of your own");
    if (is.st_mode & (S_IWGRP | S_IWOTH))
        return refuse(path, "others may write to it: chmod 600");
    if (is.st_size > 0 && (pread(fd, head, sizeof *head, 0) != (ssize_t)sizeof *head || memcmp(head->label, label, sizeof label) != 0))
        return refuse(path, "it is another file, which is left as it is: choose another name");
    if (is.st_size > 0 && (head->bytes != bytes || memcmp(head->identity, identity, sizeof head->identity) != 0))
        return refuse(path, "it counts for another policy: choose another name, or remove it");
    if (is.st_size > 0 && (uint64_t)is.st_size != sizeof *head + bytes)
        return refuse(path, "it was truncated: remove it");
    if (is.st_size == 0 && !found(fd, head, bytes, identity))
        return refuse(path, "it can't be written");
    return true;
}

bool adarga_shared_open(adarga_shared *shared, const char *path, size_t bytes, const unsigned char identity[32])
{
    heading head;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool right;
    if (fd < 0)
        return refuse(path, strerror(errno));
    while (flock(fd, LOCK_EX) != 0)
        if (errno != EINTR) {
            close(fd);
            return refuse(path, strerror(errno));
        }
    right = settle(fd, path, &head, bytes, identity);
    shared->mapped = sizeof head + bytes;
    if (right) {
        shared->mapping = mmap(NULL, shared->mapped, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (shared->mapping == MAP_FAILED) {
            shared->mapping = NULL;
            right = refuse(path, strerror(errno));
        }
    }
    /* the mapping keeps the open file alive, and with it the lock: closing it does not give that back */
    flock(fd, LOCK_UN);
    close(fd);
    if (right) {
        shared->memory.ptr = (char *)shared->mapping + sizeof head;
        shared->memory.len = bytes;
        memcpy(shared->seed, head.seed, sizeof head.seed);
    }
    return right;
}

void adarga_shared_close(adarga_shared *shared)
{
    if (shared->mapping != NULL)
        munmap(shared->mapping, shared->mapped);
    shared->mapping = NULL;
}
