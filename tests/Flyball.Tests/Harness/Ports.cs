using System.Net;
using System.Net.Sockets;

namespace Flyball.Tests.Harness;

/// <summary>
/// Free loopback ports, each handed out once in this process. Below those that the system gives to clients, of which a
/// test of many connections takes thousands: one of them would be gone before its server starts.
/// </summary>
internal static class Ports
{
    private const int First = 10_000;
    private const int Last = 19_999;

    private static readonly HashSet<int> Given = [];

    public static int Next()
    {
        while (true)
        {
            int port = Random.Shared.Next(First, Last + 1);
            lock (Given)
                if (!Given.Add(port)) continue;
            if (IsFree(port)) return port;
        }
    }

    private static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
