using System.Net;
using System.Net.Sockets;
using Flyball.Roles;
using Flyball.Settings;

namespace Flyball.Hosting;

/// <summary>
/// Finds out before anything is started whether the addresses can be had, and says which setting changes them.
/// </summary>
internal static class Doors
{
    public static void EnsureFree(params (Setting Setting, IPEndPoint? EndPoint)[] doors)
    {
        var problems = new List<string>();
        foreach ((Setting setting, IPEndPoint? endPoint) in doors)
        {
            if (Problem(endPoint) is { } problem)
            {
                problems.Add($"{setting.Flag}: {endPoint} cannot be used: {problem}. "
                    + "Is another program, or another flyball, there?");
            }
        }

        if (problems.Count > 0) throw new RoleFailure(string.Join(Environment.NewLine, problems));
    }

    /// <summary>Why the address cannot be had for TCP; null when it can, or none is wanted.</summary>
    public static string? Problem(IPEndPoint? endPoint) =>
        endPoint is null || endPoint.Port == 0 ? null : Bind(endPoint, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>The same for UDP.</summary>
    public static string? UdpProblem(IPEndPoint? endPoint) =>
        endPoint is null || endPoint.Port == 0 ? null : Bind(endPoint, SocketType.Dgram, ProtocolType.Udp);

    private static string? Bind(IPEndPoint endPoint, SocketType type, ProtocolType protocol)
    {
        using var probe = new Socket(endPoint.AddressFamily, type, protocol);
        // As Kestrel binds: a port in TIME_WAIT is free, one that somebody listens on is not. UDP has no such wait.
        if (type == SocketType.Stream)
            probe.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        try
        {
            probe.Bind(endPoint);
            return null;
        }
        catch (SocketException e)
        {
            return e.Message;
        }
    }
}
