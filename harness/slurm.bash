# Sourced by harness/distributed: a Slurm of one machine on free ports of loopback, its processes ours.
# shellcheck shell=bash

# start_slurm: returns once its node takes jobs.
start_slurm() {
    PATH=$PATH:/usr/sbin
    local host port_of_controller port_of_node tries
    # Slurm's daemons run as the user who starts them, and jobs as theirs; starting jobs takes root.
    if [ "$(id -u)" -ne 0 ]; then
        say "slurmd starts jobs as root only: run this as root"
        exit 2
    fi
    host=$(hostname -s)
    read -r port_of_controller port_of_node < <(python3 -c '
import socket
sockets = [socket.socket() for _ in range(2)]
for one in sockets:
    one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in sockets))')
    chmod 755 "$work"
    mkdir -p "$work/slurm/state" "$work/slurm/spool" "$work/munge"
    dd if=/dev/urandom of="$work/munge/key" bs=1024 count=1 status=none
    chmod 700 "$work/munge"
    chmod 400 "$work/munge/key"
    mkdir -p "$work/munge.run"
    start munged munged --foreground --force --key-file="$work/munge/key" --socket="$work/munge.run/socket" \
        --pid-file="$work/munge/pid" --log-file="$work/munge/log" --seed-file="$work/munge/seed"
    cat >"$work/slurm/slurm.conf" <<CONF
ClusterName=stickler
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge.run/socket
CredType=cred/munge
SlurmctldPort=$port_of_controller
SlurmdPort=$port_of_node
StateSaveLocation=$work/slurm/state
SlurmdSpoolDir=$work/slurm/spool
SlurmctldPidFile=$work/slurm/slurmctld.pid
SlurmdPidFile=$work/slurm/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SchedulerParameters=batch_sched_delay=1,sched_interval=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=1024
PartitionName=all Nodes=$host Default=YES OverSubscribe=FORCE:8 State=UP
CONF
    export SLURM_CONF=$work/slurm/slurm.conf
    for ((tries = 0; tries < 100; tries++)); do
        if [ -S "$work/munge.run/socket" ]; then break; fi
        sleep 0.1
    done
    start slurmctld slurmctld -D
    start slurmd slurmd -D
    for ((tries = 0; tries < 200; tries++)); do
        if [ "$(sinfo -h -o %t 2>/dev/null)" = idle ]; then return; fi
        sleep 0.2
    done
    cat "$work/slurmd.err" >&2
    give_up "Slurm did not come up" "$work/slurmctld.err"
}
