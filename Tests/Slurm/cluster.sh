#!/usr/bin/env bash
# A Slurm of one machine, for tests: controller, node and authentication on loopback, all of its state
# in one folder, on ports of its own, beside whatever Slurm the machine may have.
#
#   Tests/Slurm/cluster.sh start DIR    starts it, and prints the variables that point clients at it
#   Tests/Slurm/cluster.sh stop DIR     ends it, and waits until it has
#
# Needs Debian's slurm-wlm and munge. Runs as whoever calls it.
set -euo pipefail

die() { echo "cluster.sh: $*" >&2; exit 1; }

# Daemons live where a user's PATH does not look.
PATH="$PATH:/usr/sbin:/sbin"

start() {
  local dir=$1 controller_port=${SLURM_TEST_PORT:-26817}
  local node_port=$((controller_port + 1)) host
  host=$(hostname -s)
  for program in munged slurmctld slurmd sbatch squeue sinfo; do
    command -v "$program" >/dev/null || die "$program is missing: install slurm-wlm and munge"
  done
  mkdir -p "$dir"/{munge,state,spool,log}
  dir=$(cd "$dir" && pwd)
  # The socket's folder must be open to clients, and the key to nobody else.
  chmod 755 "$dir"/munge
  (umask 077 && head -c 1024 /dev/urandom >"$dir/munge/key")
  cat >"$dir/slurm.conf" <<END
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$controller_port
SlurmdPort=$node_port
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$dir/munge/socket
CredType=cred/munge
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
SlurmctldLogFile=$dir/log/slurmctld
SlurmdLogFile=$dir/log/slurmd
MpiDefault=none
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerParameters=sched_interval=1,batch_sched_delay=0,sched_min_interval=0
KillWait=2
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
  export SLURM_CONF=$dir/slurm.conf
  munged --force --key-file "$dir/munge/key" --socket "$dir/munge/socket" \
    --pid-file "$dir/munged.pid" --log-file "$dir/log/munged" --seed-file "$dir/munge/seed" \
    --num-threads 2
  slurmctld -c
  slurmd -N "$host" -c
  for _ in $(seq 100); do
    if [ "$(sinfo --noheader --format=%T 2>/dev/null)" = idle ]; then
      echo "export SLURM_CONF='$SLURM_CONF'"
      return
    fi
    sleep .2
  done
  tail -n 5 "$dir"/log/* >&2
  stop "$dir"
  die "the node did not become ready"
}

stop() {
  local dir=$1 name pid
  for name in slurmd slurmctld munged; do
    pid=$(cat "$dir/$name.pid" 2>/dev/null) || continue
    kill "$pid" 2>/dev/null || continue
    for _ in $(seq 100); do
      kill -0 "$pid" 2>/dev/null || break
      sleep .1
    done
    kill -9 "$pid" 2>/dev/null || true
  done
}

[ $# = 2 ] || die "usage: cluster.sh start|stop DIR"
case $1 in
start) start "$2" ;;
stop) stop "$2" ;;
*) die "usage: cluster.sh start|stop DIR" ;;
esac
