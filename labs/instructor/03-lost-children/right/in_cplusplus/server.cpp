// Right, in C++: a class owns each descriptor, and the dead are reaped between clients
// by sigtimedwait(2), which is given a moment to wait: no handler at all.
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace
{

class Descriptor
{
      public:
	explicit Descriptor(int number) : number_(number)
	{
	}
	~Descriptor()
	{
		close();
	}
	Descriptor(const Descriptor &) = delete;
	Descriptor &operator=(const Descriptor &) = delete;

	int get() const
	{
		return number_;
	}
	bool is_open() const
	{
		return number_ >= 0;
	}
	void close()
	{
		if (number_ >= 0)
			::close(number_);
		number_ = -1;
	}

      private:
	int number_;
};

int listen_on(const char *port)
{
	sockaddr_in address{};
	const int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_family = AF_INET;
	address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port)));
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	const auto *any = reinterpret_cast<const sockaddr *>(&address);
	if (bind(listener, any, sizeof(address)) < 0 ||
	    listen(listener, 64) < 0)
		return -1;
	return listener;
}

void echo(int conn)
{
	char said[4096];
	ssize_t size;

	while ((size = recv(conn, said, sizeof(said), 0)) > 0)
		if (send(conn, said, static_cast<size_t>(size), MSG_NOSIGNAL) !=
		    size)
			break;
}

void serve_next(Descriptor &listener, const sigset_t &before)
{
	Descriptor conn(accept(listener.get(), nullptr, nullptr));

	if (!conn.is_open() || fork() != 0)
		return;
	sigprocmask(SIG_SETMASK, &before, nullptr);
	listener.close();
	echo(conn.get());
	_exit(EXIT_SUCCESS);
}

void reap_for(const sigset_t &sigchld, const timespec &moment)
{
	if (sigtimedwait(&sigchld, nullptr, &moment) == SIGCHLD)
		while (waitpid(-1, nullptr, WNOHANG) > 0)
			;
}

} // namespace

int main(int argc, char **argv)
{
	Descriptor listener(listen_on(argv[argc - 1]));
	sigset_t sigchld, before;

	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &sigchld, &before);
	while (listener.is_open()) {
		pollfd next{listener.get(), POLLIN, 0};

		if (poll(&next, 1, 50) > 0)
			serve_next(listener, before);
		reap_for(sigchld, timespec{0, 1000});
	}
	return EXIT_FAILURE;
}
