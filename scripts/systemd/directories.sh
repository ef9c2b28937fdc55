# What `scripts/install` and the package's installation do alike, as root on the machine itself: the user that runs Usher,
# and the directories that are not simply files of a package. Does no harm when all is there.
usher_user_and_directories() {
    if ! getent passwd usher >/dev/null; then
        if command -v adduser >/dev/null; then
            adduser --quiet --system --group --no-create-home --home /nonexistent --gecos "Usher" usher
        else
            useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin usher
        fi
    fi
    # The secrets are root's; systemd hands them on.
    install -d -o root -g root -m 0700 /etc/usher/credentials
    # The journal is Usher's alone.
    install -d -o usher -g usher -m 0700 /var/lib/usher
    # Whoever is in the group "usher" puts spreadsheets in and takes results out; both stay the group's (2770). An inbox that
    # was given other rights keeps them.
    install -d -o root -g root -m 0755 /var/spool/usher
    if ! [ -e /var/spool/usher/inbox ]; then install -d -o root -g usher -m 2770 /var/spool/usher/inbox; fi
    if ! [ -e /var/spool/usher/inbox/results ]; then
        install -d -o usher -g usher -m 2770 /var/spool/usher/inbox/results
    fi
}
