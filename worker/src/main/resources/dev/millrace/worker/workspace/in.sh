# Takes the base in. On standard input: the shallow commits, one a line; an empty line; a pack, which tells its own end.
# $1: the base commit, $2: the branch to be on
set -eu
umask 022
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
base=/base/repo.git

# The pristine objects, apart from what the agent works on.
git init -q --bare --template= "$base"
while IFS= read -r commit && [ -n "$commit" ]; do echo "$commit"; done >/base/shallow
[ ! -s /base/shallow ] || cp /base/shallow "$base/shallow"
git --git-dir="$base" index-pack --stdin >/dev/null

# The agent's repository borrows them.
git init -q --template= /workspace
mkdir -p /workspace/.git/objects/info /workspace/.git/info
echo "$base/objects" >/workspace/.git/objects/info/alternates
[ ! -s /base/shallow ] || cp /base/shallow /workspace/.git/shallow
cd /workspace
git config user.name agent
git config user.email agent@millrace.invalid
git update-ref "refs/heads/$2" "$1"
git symbolic-ref HEAD "refs/heads/$2"

# One index for both, so that what the agent leaves alone need not be read again.
GIT_DIR="$base" GIT_WORK_TREE=/workspace GIT_INDEX_FILE=/base/index git read-tree --reset -u "$1"
cp /base/index .git/index
