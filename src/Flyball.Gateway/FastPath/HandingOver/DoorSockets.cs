using System.Net;
using Flyball.Gateway.FastPath.Relaying;
using Microsoft.AspNetCore.Connections;

namespace Flyball.Gateway.FastPath.HandingOver;

/// <summary>Listening sockets that share an address, one a loop.</summary>
internal static class DoorSockets
{
    private const int Backlog = 4096;
    private const int AddressInUse = 98;

    /// <exception cref="AddressInUseException">Somebody else listens there.</exception>
    /// <exception cref="IOException">The address is not this machine's, or may not be taken.</exception>
    public static List<int> Bind(IPEndPoint address, int count, out IPEndPoint taken)
    {
        // Shared addresses may be shared by accident, too: a socket that does not share finds who listens already.
        Posix.Close(Socket(address, shared: false));
        var sockets = new List<int> { Socket(address, shared: true) };
        Span<byte> bound = stackalloc byte[28];
        Posix.Address(sockets[0], own: true, bound);
        taken = new IPEndPoint(address.Address, LoopParts.EndPointOf(bound).Port);
        while (sockets.Count < count) sockets.Add(Socket(taken, shared: true));
        foreach (int socket in sockets)
        {
            int result = Posix.Listen(socket, Backlog);
            if (result >= 0) continue;
            foreach (int each in sockets) Posix.Close(each);
            throw Failure(address, -result);
        }

        return sockets;
    }

    private static int Socket(IPEndPoint address, bool shared)
    {
        SocketAddress serialised = address.Serialize();
        ReadOnlySpan<byte> bytes = serialised.Buffer.Span[..serialised.Size];
        int socket = Posix.Socket(BitConverter.ToUInt16(bytes));
        if (socket < 0) throw Failure(address, -socket);
        Posix.ReuseAddress(socket);
        if (shared) Posix.ReusePort(socket);
        Posix.NoDelay(socket);
        if (address.Address.Equals(IPAddress.IPv6Any)) Posix.TakeBothFamilies(socket);
        int result = Posix.Bind(socket, bytes);
        if (result >= 0) return socket;
        Posix.Close(socket);
        throw Failure(address, -result);
    }

    private static Exception Failure(IPEndPoint address, int error)
    {
        return error == AddressInUse
            ? new AddressInUseException($"{address} is in use.")
            : new IOException($"{address} cannot be listened on: error {error}.");
    }
}
