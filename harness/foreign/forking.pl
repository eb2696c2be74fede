#!/usr/bin/env perl
# Forking echo servers in Perl, as scripts have them. Each entry of %ways is one server;
# the comment above it says what is wrong with it, or right.
# Usage: forking.pl HOW PORT
use strict;
use warnings;
use IO::Socket::INET;
use POSIX qw(:sys_wait_h);

my ($how, $port) = @ARGV;
my $listener;

sub echo {
    my ($client) = @_;
    while (sysread($client, my $data, 4096)) {
        syswrite($client, $data);
    }
}

sub reap_all {
    local ($!, $?);
    1 while waitpid(-1, WNOHANG) > 0;
}

# Perl's own handlers interrupt accept.
sub take {
    while (1) {
        my $client = $listener->accept;
        return $client if $client;
    }
}

sub serve {
    my ($client) = @_;
    close $listener;
    echo($client);
    exit 0;
}

sub children {
    open(my $file, '<', "/proc/$$/task/$$/children") or return;
    return split ' ', <$file> // '';
}

sub ended {
    my ($child) = @_;
    open(my $file, '<', "/proc/$child/stat") or return 0;
    return <$file> =~ /\) Z /;
}

# The usual loop: the parent closes its copy.
sub serve_all {
    while (1) {
        my $client = take();
        serve($client) if fork == 0;
        close $client;
    }
}

my %ways = (

    # Right: a handler that reaps all.
    reaps_all => sub {
        $SIG{CHLD} = \&reap_all;
        serve_all();
    },

    # WRONG ON PURPOSE: the parent's copy is closed when the variable is overwritten, by
    # the next client. A lone client sees no FIN.
    overwritten => sub {
        $SIG{CHLD} = \&reap_all;
        my $client;
        while (1) {
            $client = take();
            serve($client) if fork == 0;
        }
    },

    # Right: the parent's copy is closed with its variable, at the end of each round.
    out_of_scope => sub {
        $SIG{CHLD} = \&reap_all;
        while (1) {
            my $client = take();
            serve($client) if fork == 0;
        }
    },

    # WRONG ON PURPOSE: the handler counts signals, and the loop waits as often. Of
    # children that die together all but one stay zombies.
    counts_signals => sub {
        my $dead = 0;
        $SIG{CHLD} = sub { $dead++ };
        while (1) {
            my $client = $listener->accept;
            while ($dead > 0) { wait; $dead-- }
            next unless $client;
            serve($client) if fork == 0;
            close $client;
        }
    },

    # WRONG ON PURPOSE: when no child is left, the handler is removed. Whoever comes
    # after that is never reaped.
    removes_handler => sub {
        $SIG{CHLD} = sub {
            reap_all();
            $SIG{CHLD} = 'DEFAULT' if waitpid(-1, WNOHANG) == -1;
        };
        serve_all();
    },

    # WRONG ON PURPOSE: a child that is killed ends the server.
    dies_of_a_crash => sub {
        $SIG{CHLD} = sub {
            while ((my $child = waitpid(-1, WNOHANG)) > 0) {
                die "child $child crashed\n" if $? & 127;
            }
        };
        serve_all();
    },

    # WRONG ON PURPOSE: the handler reaps one child per signal, but SIGCONT reaps all. Of
    # children that die together some stay zombies, unless the server was stopped then.
    hides_from_stops => sub {
        $SIG{CHLD} = sub { waitpid(-1, WNOHANG) };
        $SIG{CONT} = \&reap_all;
        serve_all();
    },

    # Right: the child closes the connection, and writes statistics for 4 seconds.
    child_works_on => sub {
        $SIG{CHLD} = \&reap_all;
        while (1) {
            my $client = take();
            if (fork == 0) {
                close $listener;
                echo($client);
                close $client;
                sleep 4;
                exit 0;
            }
            close $client;
        }
    },

    # WRONG ON PURPOSE: it reaps six children at a time. Up to five stay zombies for as
    # long as nobody else leaves.
    reaps_in_batches => sub {
        $SIG{CHLD} = sub {
            local ($!, $?);
            my @unreaped = grep { ended($_) } children();
            return if @unreaped < 6;
            waitpid($_, 0) for @unreaped;
        };
        serve_all();
    },

    # WRONG ON PURPOSE: at a death the handler waits for the oldest child. If another has
    # died, nobody is served until the oldest dies too.
    reaps_the_oldest => sub {
        my @children;
        $SIG{CHLD} = sub {
            local ($!, $?);
            waitpid(shift @children, 0) if @children;
            shift @children while @children and waitpid($children[0], WNOHANG) > 0;
        };
        while (1) {
            my $client = take();
            my $child = fork;
            serve($client) if $child == 0;
            push @children, $child;
            close $client;
        }
    },

    # WRONG ON PURPOSE: each child leaves a helper behind that holds the connection for a
    # minute.
    helper_lives_on => sub {
        $SIG{CHLD} = \&reap_all;
        while (1) {
            my $client = take();
            if (fork == 0) {
                close $listener;
                if (fork == 0) {
                    sleep 60;
                    exit 0;
                }
                echo($client);
                exit 0;
            }
            close $client;
        }
    },

    # WRONG ON PURPOSE: it answers one message and hangs up, and it reaps one child per
    # signal. Of children that die together all but one stay zombies.
    hangs_up => sub {
        $SIG{CHLD} = sub { waitpid(-1, WNOHANG) };
        while (1) {
            my $client = take();
            if (fork == 0) {
                close $listener;
                sysread($client, my $data, 4096);
                syswrite($client, $data);
                exit 0;
            }
            close $client;
        }
    },

    # WRONG ON PURPOSE: a pool of 4 workers, of which each retires after 3 clients. Nobody
    # replaces or reaps them: after 12 clients nobody serves.
    pool_retires => sub {
        for (1 .. 4) {
            next if fork;
            echo(take()) for 1 .. 3;
            exit 0;
        }
        sleep while 1;
    },

    # Right: the parent waits for the workers that retire, and replaces them.
    pool_replaces => sub {
        my $workers = 0;
        while (1) {
            if ($workers < 4) {
                $workers++;
                next if fork;
                echo(take()) for 1 .. 3;
                exit 0;
            }
            $workers-- if wait > 0;
        }
    },

    # Right: the child starts a command in the background, and Perl keeps sockets from
    # commands ($^F).
    starts_command => sub {
        $SIG{CHLD} = \&reap_all;
        while (1) {
            my $client = take();
            if (fork == 0) {
                close $listener;
                system('sleep 60 >/dev/null 2>&1 &');
                echo($client);
                exit 0;
            }
            close $client;
        }
    },
);

die "usage: $0 HOW PORT\n" unless defined $port and $ways{$how};
$listener = IO::Socket::INET->new(
    LocalAddr => '127.0.0.1',
    LocalPort => $port,
    Listen    => 64,
    ReuseAddr => 1,
) or die "listen: $@\n";
$ways{$how}->();
