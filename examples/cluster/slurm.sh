#!/bin/sh
# One task of a Slurm job array draws one shard of a study's replicates:
#
#   sbatch --array=1-10 slurm.sh study.yaml results 10
#
# The last argument is the number of shards; --array counts them from 1. A task
# that failed is submitted again alone: --array=7, the arguments unchanged. When
# all shards are there:
#
#   plumb merge results/shard-*-of-10.plumb
#
#SBATCH --job-name=plumb
#SBATCH --cpus-per-task=1
#SBATCH --mem=500M
#SBATCH --time=01:00:00
set -eu
study=$1 folder=$2 shards=$3
exec plumb run "$study" -o "$folder" \
  --shard "$SLURM_ARRAY_TASK_ID/$shards" --workers "${SLURM_CPUS_PER_TASK:-1}"
