#!/bin/bash
# Run inside fresh mount, pid, network and ipc namespaces: builds a root of its own out of the machine's programs and
# starts the box in it, as the image does: /workspace and /tmp, no network, an unprivileged user.
# $1 folder of the cell, $2 node, $3 folder of the box, $4 user id ("" keeps the present one)
set -eu
cell=$1 root=$1/root
mount --make-rprivate /
mkdir -p "$root"
mount -t tmpfs -o mode=755 tmpfs "$root"
for name in usr bin sbin lib lib32 lib64 etc dev; do
  if [ -L "/$name" ]; then
    cp -P "/$name" "$root/$name"
  elif [ -d "/$name" ]; then
    mkdir "$root/$name"
    mount --rbind "/$name" "$root/$name"
  fi
done
mkdir -p "$root/proc" "$root/workspace" "$root/tmp" "$root/nexus/own" "$root/nexus/run" "$root/nexus/bin" "$root/nexus/box"
mount -t proc proc "$root/proc"
for name in workspace tmp; do mount --bind "$cell/$name" "$root/$name"; done
for name in own run; do mount --bind "$cell/$name" "$root/nexus/$name"; done
touch "$root/nexus/bin/node"
mount --bind "$2" "$root/nexus/bin/node"
mount --bind "$3" "$root/nexus/box"
user=()
if [ -n "$4" ]; then user=("--userspec=$4:$4"); fi
# Not exec: this shell stays as the first process and reaps what commands leave behind, as the image's tini does. It
# also keeps the signal of its parent's end, which a change of user would drop.
chroot "${user[@]}" "$root" /usr/bin/env -i PATH=/nexus/bin:/usr/bin:/bin BOX_OWN=/nexus/own \
  BOX_SOCKET=/nexus/run/box NODE_NO_WARNINGS=1 /nexus/bin/node /nexus/box/main.ts &
wait $!
