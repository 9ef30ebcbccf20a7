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
            if (endPoint is null || endPoint.Port == 0) continue;
            using var probe = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            // As Kestrel binds: a port in TIME_WAIT is free, one that somebody listens on is not.
            probe.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            try
            {
                probe.Bind(endPoint);
            }
            catch (SocketException e)
            {
                problems.Add($"{setting.Flag}: {endPoint} cannot be used: {e.Message}. Is another program, or another flyball, there?");
            }
        }

        if (problems.Count > 0) throw new RoleFailure(string.Join(Environment.NewLine, problems));
    }
}
