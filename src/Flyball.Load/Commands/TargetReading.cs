using System.Net;
using System.Net.Sockets;

namespace Flyball.Load.Commands;

/// <summary>Turns the address into where connections go.</summary>
internal static class TargetReading
{
    /// <exception cref="UsageException">It is no address that this generator speaks to.</exception>
    public static Uri Url(string text)
    {
        if (!text.Contains("://", StringComparison.Ordinal)) text = "http://" + text;
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || url.Host.Length == 0)
            throw new UsageException($"URL: '{text}' is no address such as http://127.0.0.1:8080/.");
        return url.Scheme == Uri.UriSchemeHttp
            ? url
            : throw new UsageException($"URL: '{url.Scheme}' is not supported: plain HTTP/1.1 only.");
    }

    /// <exception cref="UsageException">The name has no address.</exception>
    public static async Task<IPEndPoint> ResolveAsync(Uri url, CancellationToken cancellation)
    {
        // These names are this machine by definition (RFC 6761), whether or not its resolver knows.
        if (url.IdnHost == "localhost" || url.IdnHost.EndsWith(".localhost", StringComparison.Ordinal))
            return new IPEndPoint(IPAddress.Loopback, url.Port);
        try
        {
            IPAddress[] all = await Dns.GetHostAddressesAsync(url.IdnHost.Trim('[', ']'), cancellation);
            return new IPEndPoint(
                all.FirstOrDefault(one => one.AddressFamily == AddressFamily.InterNetwork) ?? all[0], url.Port);
        }
        catch (SocketException e)
        {
            throw new UsageException($"URL: {url.IdnHost}: {e.Message}");
        }
    }
}
