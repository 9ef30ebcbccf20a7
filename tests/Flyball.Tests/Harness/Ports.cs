using System.Net;
using System.Net.Sockets;

namespace Flyball.Tests.Harness;

/// <summary>Free loopback ports, each handed out once in this process.</summary>
internal static class Ports
{
    private static readonly HashSet<int> Given = [];

    public static int Next()
    {
        while (true)
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            int port = ((IPEndPoint)probe.LocalEndPoint!).Port;
            lock (Given)
                if (Given.Add(port)) return port;
        }
    }
}
