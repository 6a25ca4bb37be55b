# Gives the files of the workspace out, as one commit on the base. On standard output: the line "same", or the line
# "changed <commit>" and then a pack of what the base lacks. $1: the base commit
#
# Nothing of the agent's git is used, neither its repository nor its configuration: a new repository that borrows the
# base's objects looks at the files.
set -eu
umask 022
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_ATTR_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0
base=/base/repo.git
aside=.git-millrace-aside
out=$(mktemp -d /base/out.XXXXXX)

tidy() {
    find /workspace -mindepth 2 -name "$aside" -prune -exec sh -c \
        'for d; do mv -- "$d" "${d%/*}/.git"; done' sh {} + 2>/dev/null || :
    rm -rf "$out"
}
trap tidy EXIT

git init -q --bare --template= "$out/git"
mkdir -p "$out/git/info" "$out/git/objects/info"
echo "$base/objects" >"$out/git/objects/info/alternates"
[ ! -f "$base/shallow" ] || cp "$base/shallow" "$out/git/shallow"
for setting in excludesFile attributesFile hooksPath; do
    git config -f "$out/git/config" "core.$setting" /dev/null
done
git config -f "$out/git/config" core.fsmonitor false

# A repository inside the workspace would be a link to a commit that nobody else has: take its files instead.
find /workspace -mindepth 2 -name .git -prune -exec sh -c \
    'for d; do mv -- "$d" "${d%/*}/'"$aside"'"; done' sh {} +
echo "$aside" >"$out/git/info/exclude"

export GIT_DIR="$out/git" GIT_WORK_TREE=/workspace GIT_INDEX_FILE="$out/index"
cd /workspace
cp /base/index "$GIT_INDEX_FILE" 2>/dev/null || git read-tree "$1"
git add -A >&2
tree=$(git write-tree)
if [ "$tree" = "$(git rev-parse --verify "$1^{tree}")" ]; then
    echo same
    exit
fi

export GIT_AUTHOR_NAME=agent GIT_AUTHOR_EMAIL=agent@millrace.invalid
export GIT_COMMITTER_NAME=agent GIT_COMMITTER_EMAIL=agent@millrace.invalid
head=$(git commit-tree "$tree" -p "$1" -m 'The workspace as the agent left it')
echo "changed $head"
printf '%s\n^%s\n' "$head" "$1" | git pack-objects -q --revs --stdout --delta-base-offset
