#!/bin/bash
# uploads: SFTP and SCP for the users listed: no shell, nothing but the drive to see, files owned like the web servers' own.
# The door is a folder of root's with the drive bind-mounted in it only while the drive is mounted; else uploads fail.
# Answers: users, added, removed, open (whether the drive is behind the door now).
# shellcheck source=lib.sh disable=SC2154

DOOR=/srv/elastic-drive
DOOR_UNIT=elastic-drive-uploads.service
UPLOAD_GROUP=elastic-drive-uploads
MARK='elastic-drive upload' # in the account's comment: only accounts with it are ever changed or removed
KEYS=/etc/ssh/elastic-drive

verb_uploads() {
    lock services
    ADDED=() REMOVED=()
    read_accounts
    check_names
    ssh_rules
    if ((${#IN_USERS[@]} > 0)); then
        door
        login_rules
        add_users
    fi
    remove_users
    local open=false
    ! mounted "$DOOR/drive" || open=true
    json_list "${IN_USERS[@]}"
    REPORT="{\"users\":$REPLY"
    json_list "${ADDED[@]}"
    REPORT+=",\"added\":$REPLY"
    json_list "${REMOVED[@]}"
    REPORT+=",\"removed\":$REPLY,\"open\":$open}"
}

# Accounts of the server: name → "uid:gid:comment".
declare -A ACCOUNTS=() GROUPS_OF=()
read_accounts() {
    local name uid gid comment
    while IFS=: read -r name _ uid gid comment _; do ACCOUNTS[$name]=$uid:$gid:$comment; done </etc/passwd
    while IFS=: read -r name _ gid _; do GROUPS_OF[$name]=$gid; done </etc/group
}

check_names() {
    local user
    for user in "${IN_USERS[@]}"; do
        [[ -z ${ACCOUNTS[$user]-} || ${ACCOUNTS[$user]} == *":$MARK" ]] ||
            refuse UserTaken "the server has an account '$user' of its own" "a free name" "choose another name for this upload user"
        [[ -z ${GROUPS_OF[$user]-} ]] ||
            refuse UserTaken "the server has a group '$user' of its own" "a free name" "choose another name for this upload user"
    done
}

door() {
    local users
    users=$(IFS='|' && echo "${IN_USERS[*]}")
    mkdir -p "$DOOR"
    if [[ ! -f $UNITS/$DOOR_UNIT ]] && ! mounted "$DOOR/drive"; then empty_point "$DOOR/drive"; fi
    # Sessions hold files open: they end before the drive is unmounted. By name: the owner's uid may be the operator's too (1000).
    put "$UNITS/$DOOR_UNIT" 644 reload <<UNIT
[Unit]
Description=elastic-drive: the upload door
BindsTo=$MOUNT_UNIT
After=$MOUNT_UNIT

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStartPre=-/usr/bin/umount -q $DOOR/drive
ExecStart=/usr/bin/mount --bind -o nosuid,nodev $MOUNT_POINT $DOOR/drive
ExecStop=-/usr/bin/pkill -KILL -f "^sshd-session: ($users)[ @]"
ExecStop=-/usr/bin/umount $DOOR/drive
UNIT
    link "$UNITS/$DOOR_UNIT" "$UNITS/$MOUNT_UNIT.wants/$DOOR_UNIT"
    reload_units
    ! mounted "$MOUNT_POINT" || mounted "$DOOR/drive" || systemctl restart "$DOOR_UNIT"
    no_rights "$DOOR/drive" # a bind has flags of its own
}

# sshd_rules FILE: stdin is one of our files for sshd; one that sshd does not accept is put back as it was.
sshd_rules() {
    local rules=/etc/ssh/sshd_config.d/$1 before=''
    [[ ! -f $rules ]] || before=$(<"$rules")
    put "$rules" 644 sshd
    is_due sshd || return 0
    if ! sshd -t; then
        echo "uploads: sshd does not accept $rules, put back as it was" >&2
        if [[ -n $before ]]; then put "$rules" 644 sshd <<<"$before"; else rm -f "$rules"; fi
        return 1
    fi
    # Started by its socket, sshd has no listener of its own to reload onto ("Cannot bind any address"); sessions outlive both.
    if systemctl -q is-active ssh.socket; then systemctl restart ssh.service; else systemctl reload ssh.service; fi
    settled sshd
}

# Only the networks of sshFrom reach this port, and only keys are taken. sshd 9.8 and later shuts an address out after failed
# logins: one program with an old key would keep out the operator behind the same NAT. Of more than ten logins that
# begin at once it drops some: people upload with many connections.
ssh_rules() {
    local rules='MaxStartups 100:30:300'
    ! sshd -t -o PerSourcePenalties=no 2>/dev/null || rules+=$'\nPerSourcePenalties no'
    sshd_rules 20-elastic-drive.conf <<<"$rules"
}

login_rules() {
    [[ -n ${GROUPS_OF[$UPLOAD_GROUP]-} ]] || groupadd --system "$UPLOAD_GROUP"
    sshd_rules 60-elastic-drive.conf <<RULES
Match Group $UPLOAD_GROUP
    AuthorizedKeysFile $KEYS/%u
    AuthenticationMethods publickey
    ChrootDirectory $DOOR
    ForceCommand internal-sftp -u 0002 -d /drive
    DisableForwarding yes
    PermitTTY no
    PermitUserRC no
RULES
}

add_users() {
    local i user
    [[ " ${GROUPS_OF[*]} " == *" $IN_OWNER_GID "* ]] || groupadd -g "$IN_OWNER_GID" elastic-drive-files
    for i in "${!IN_USERS[@]}"; do
        user=${IN_USERS[i]}
        put "$KEYS/$user" 644 keys <<<"${IN_KEYS[i]}"
        case ${ACCOUNTS[$user]-} in
            "$IN_OWNER_UID:$IN_OWNER_GID:$MARK") continue ;;
            '') ADDED+=("$user") ;;
            *) delete_user "$user" ;; # made for another uid or gid
        esac
        # The uid is the web servers' own, so it is not unique. '*': no password, and not locked for keys.
        useradd -o -u "$IN_OWNER_UID" -g "$IN_OWNER_GID" -G "$UPLOAD_GROUP" -c "$MARK" -d / -M -s /usr/sbin/nologin -p '*' -N "$user" >&2
    done
}

remove_users() {
    local user file
    for user in "${!ACCOUNTS[@]}"; do
        [[ ${ACCOUNTS[$user]} == *":$MARK" && " ${IN_USERS[*]} " != *" $user "* ]] || continue
        delete_user "$user"
        REMOVED+=("$user")
    done
    for file in "$KEYS"/*; do
        user=${file##*/}
        [[ ! -f $file || " ${IN_USERS[*]} " == *" $user "* ]] || rm -f "$file"
    done
}

# Keys first: from then on nobody logs in under that name any more. -f: the shared uid always runs something.
delete_user() {
    [[ " ${IN_USERS[*]} " == *" $1 "* ]] || rm -f "$KEYS/$1"
    pkill -KILL -f "^sshd-session: $1[ @]" || true
    userdel -f "$1" >&2
}
