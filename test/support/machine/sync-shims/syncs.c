/*
 * Preload for Linux: tells how many syncs a process has begun and finished, and can make its disk slow.
 *
 * MUSTER_SYNC_FILE: a file of 32 bytes, mapped and shared, four counters of 64 bits in the machine's order: syncs begun,
 *   syncs finished, and the same two for SQLite's write-ahead logs alone (files whose name ends in "-wal").
 * MUSTER_SYNC_DELAY_US: microseconds added to every fsync and fdatasync, before it counts as finished.
 *
 * Mapped, not written: counting must cost nothing beside a sync of 0.1 ms.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { BEGUN, FINISHED, WAL_BEGUN, WAL_FINISHED, COUNTERS };

static _Atomic uint64_t nowhere[COUNTERS];
static _Atomic uint64_t *counters = nowhere;
static long delay_us;
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void prepare(void) {
  real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  const char *delay = getenv("MUSTER_SYNC_DELAY_US");
  delay_us = delay ? atol(delay) : 0;
  const char *path = getenv("MUSTER_SYNC_FILE");
  int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0) return;
  void *page = mmap(NULL, sizeof nowhere, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (page != MAP_FAILED) counters = page;
  close(fd);
}

static int is_wal(int fd) {
  char link[64], name[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, name, sizeof name);
  return length >= 4 && memcmp(name + length - 4, "-wal", 4) == 0;
}

static int counted(int (*real)(int), int fd) {
  int wal = is_wal(fd);
  atomic_fetch_add(&counters[BEGUN], 1);
  if (wal) atomic_fetch_add(&counters[WAL_BEGUN], 1);
  int result = real(fd);
  if (delay_us > 0) {
    struct timespec nap = {delay_us / 1000000, (delay_us % 1000000) * 1000};
    nanosleep(&nap, NULL);
  }
  if (result == 0) {
    atomic_fetch_add(&counters[FINISHED], 1);
    if (wal) atomic_fetch_add(&counters[WAL_FINISHED], 1);
  }
  return result;
}

int fsync(int fd) { return counted(real_fsync, fd); }
int fdatasync(int fd) { return counted(real_fdatasync, fd); }
