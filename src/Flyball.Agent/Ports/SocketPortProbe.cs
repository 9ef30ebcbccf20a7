using System.Net;
using System.Net.Sockets;

namespace Flyball.Agent.Ports;

/// <summary>Binds the port for a moment, which is the only sure answer.</summary>
internal sealed class SocketPortProbe : IPortProbe
{
    public bool IsFree(string address, int port, string protocol)
    {
        IPAddress ip = IPAddress.Parse(address);
        bool udp = protocol == "udp";
        using var socket = new Socket(
            ip.AddressFamily, udp ? SocketType.Dgram : SocketType.Stream, udp ? ProtocolType.Udp : ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(ip, port));
            if (!udp) socket.Listen(1);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
