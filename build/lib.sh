# Shared by build/run and build/test: how the program is built, and how what
# it needs is installed on Debian and Ubuntu. Sourced, not run.
# shellcheck shell=bash

export LANG="${LANG:-en_US.UTF-8}"
export DEBIAN_FRONTEND=noninteractive

# The one set of flags. migrated_fynedo: every call to the window's thread
# goes through fyne.Do; no_emoji: leaves 10 MB of pictures out.
TAGS=migrated_fynedo,no_emoji
VERSION=$(sed -n 's/^Version *= *"\(.*\)"$/\1/p' FyneApp.toml)
BUILD_FLAGS=(-tags "$TAGS" -trimpath -buildvcs=false -ldflags "-X main.version=$VERSION")

say() { printf '%s\n' "$*"; }
fail() {
	printf '%s\n' "$*" >&2
	exit 1
}

# as_root runs a command as root, if there is a way without asking.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
		sudo --preserve-env=DEBIAN_FRONTEND "$@"
	else
		return 1
	fi
}

# installed tells whether a Debian package is there.
installed() {
	case "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" in
	installed) return 0 ;;
	*) return 1 ;;
	esac
}

apt_updated=
apt_update() {
	[ -z "$apt_updated" ] || return 0
	apt_updated=yes
	say "Refreshing the list of packages ..."
	as_root apt-get update -qq || say "The list of packages could not be refreshed; going on with the old one."
}

# install_packages installs those of the named packages that are missing. It
# fails with one sentence, after which the caller decides.
install_packages() {
	local missing=() package
	if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
		say "This is not Debian or Ubuntu: install what these packages hold if something is missing below: $*"
		return 1
	fi
	for package in "$@"; do
		installed "$package" || missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	if ! as_root true; then
		say "Run this once as root to install what is missing: apt-get install ${missing[*]}"
		return 1
	fi
	apt_update
	say "Installing ${missing[*]} ..."
	as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || {
		say "Install these packages by hand, since apt-get could not: ${missing[*]}"
		return 1
	}
}

# can_link tells whether C compiler, GL and X11 headers are there. It looks
# for files: asking the package system takes longer than the whole start.
can_link() {
	local header
	command -v cc >/dev/null || command -v gcc >/dev/null || return 1
	command -v pkg-config >/dev/null || return 1
	for header in GL/gl.h X11/Xlib.h X11/Xcursor/Xcursor.h X11/extensions/Xrandr.h \
		X11/extensions/Xinerama.h X11/extensions/XInput2.h X11/extensions/xf86vmode.h; do
		[ -e "/usr/include/$header" ] || return 1
	done
}

need_headers() {
	can_link && return 0
	install_packages gcc libc6-dev pkg-config libgl1-mesa-dev xorg-dev || true
	can_link || fail "Install a C compiler and the headers of OpenGL and X11 (Debian: gcc pkg-config libgl1-mesa-dev xorg-dev), then start again."
}

# go_minor prints the second number of a Go's version, 0 where there is none.
# It asks for that Go's own, not for the toolchain that go.mod would fetch.
go_minor() {
	local text
	text=$(cd / && GOTOOLCHAIN=local GOFLAGS='' "$1" env GOVERSION 2>/dev/null) || text=
	text=${text#go1.}
	text=${text%%[!0-9]*}
	printf '%s\n' "${text:-0}"
}

# oldest is the first Go that fetches another by itself.
oldest=21

# find_go puts the newest Go that is on this machine first in PATH.
find_go() {
	local best=0 dir minor found
	found=$(command -v go || true)
	for dir in "${found%/go}" /usr/local/go/bin /usr/lib/go-1.*/bin; do
		[ -x "$dir/go" ] || continue
		minor=$(go_minor "$dir/go")
		if [ "$minor" -gt "$best" ]; then
			best=$minor
			PATH="$dir:$PATH"
		fi
	done
	export PATH
	[ "$best" -ge "$oldest" ]
}

# newest_go_package names the newest Go of the package lists; a versioned
# package is taken from backports by its name alone.
newest_go_package() {
	apt-cache search --names-only '^golang-1\.[0-9]+-go$' | sed 's/ .*//' | sort -t. -k2 -n | tail -n 1
}

# add_backports makes Debian's backports known where they are not: an old
# Debian has a Go that is new enough only there. Nothing else is upgraded from
# backports, since apt prefers them for nothing by itself.
add_backports() {
	local list=/etc/apt/sources.list.d/backports-for-go.list codename
	codename=$(. /etc/os-release && [ "$ID" = debian ] && printf '%s' "${VERSION_CODENAME:-}") || return 1
	[ -n "$codename" ] && [ ! -e "$list" ] || return 1
	say "Adding Debian's backports in $list, for a newer Go ..."
	printf 'deb http://deb.debian.org/debian %s-backports main\n' "$codename" | as_root tee "$list" >/dev/null || return 1
	apt_updated=
	apt_update
}

# install_go installs the distribution's newest Go.
install_go() {
	local package number
	apt_update
	package=$(newest_go_package)
	number=${package#golang-1.}
	number=${number%-go}
	if [ "${number:-0}" -lt "$oldest" ] && add_backports; then
		package=$(newest_go_package)
	fi
	install_packages "${package:-golang-go}" ca-certificates
}

# need_go finds or installs Go, and lets it fetch the one that go.mod names.
need_go() {
	local wanted
	wanted=$(sed -n 's/^go 1\.\([0-9]*\).*/\1/p' go.mod)
	if ! find_go && command -v apt-get >/dev/null && as_root true; then
		install_go || true
	fi
	find_go ||
		fail "Install Go 1.$wanted or newer from https://go.dev/dl/ (the distribution has none that is new enough), then start again."
	if [ "$(go_minor "$(command -v go)")" -lt "$wanted" ]; then
		export GOTOOLCHAIN=auto
		GOPROXY=off go version >/dev/null 2>&1 ||
			say "Fetching Go 1.$wanted, which go.mod names (about 70 MB, once) ..."
	fi
	go version >/dev/null ||
		fail "Install Go 1.$wanted or newer from https://go.dev/dl/, since it could not be fetched from here, then start again."
}

# built_lines counts packages while they are built, and writes a line every
# few seconds so that a long build never looks hung. Anything but the name of
# a package is passed on: it is an error.
built_lines() {
	local count=0 begin=$SECONDS next=$((SECONDS + 3)) line='' last='' status
	while :; do
		status=0
		IFS= read -r -t 3 line || status=$?
		if [ "$status" = 0 ]; then
			if [[ $line =~ ^[A-Za-z0-9._~/-]+$ ]]; then
				count=$((count + 1)) last=$line
			else
				printf '%s\n' "$line"
			fi
		elif [ "$status" -le 128 ]; then
			break # the end, not the time-out of read
		fi
		if [ "$SECONDS" -ge "$next" ]; then
			next=$((SECONDS + 3))
			say "  building: $count packages, $((SECONDS - begin)) s${last:+, now after $last}"
		fi
	done
}

# build_program makes bin/paydesk. Where Go has built everything before this
# takes about a second.
build_program() {
	local begin=$SECONDS
	mkdir -p bin
	if [ -x bin/paydesk ]; then
		say "Building bin/paydesk ..."
	else
		say "Building bin/paydesk; the first time this takes some minutes ..."
	fi
	go build -v "${BUILD_FLAGS[@]}" -o bin/paydesk . 2>&1 | built_lines ||
		fail "The build failed: see the lines above."
	say "Built in $((SECONDS - begin)) s."
}
