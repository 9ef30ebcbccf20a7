using System.Text;
using Flyball.Gateway.FastPath.Heads;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Flyball.Gateway.Serving;

/// <summary>
/// Reads a target as the loops do: Kestrel undoes all encoding of one in absolute form, also that of slashes, and takes
/// what servers may read differently.
/// </summary>
internal static class RequestTarget
{
    private const int StackBytesMax = 1024;

    /// <summary>Puts a path and query in an absolute form's place; null when the target may be used.</summary>
    public static HeadFault? Take(HttpContext context)
    {
        IHttpRequestFeature request = context.Features.GetRequiredFeature<IHttpRequestFeature>();
        string target = request.RawTarget;
        Span<byte> bytes = target.Length <= StackBytesMax ? stackalloc byte[target.Length] : new byte[target.Length];
        Encoding.ASCII.GetBytes(target, bytes);
        if (target.StartsWith('/')) return TargetCheck.Find(bytes);
        // Others are an asterisk, or what CONNECT names.
        int scheme = TargetCheck.SchemeLength(bytes);
        if (scheme == 0) return null;

        int end = TargetCheck.HostEnd(bytes, scheme);
        string host = request.Headers.Host.ToString();
        if (!host.AsSpan().Equals(target.AsSpan(scheme, end - scheme), StringComparison.OrdinalIgnoreCase))
            return HeadFault.HostDiffers;
        if (TargetCheck.Find(bytes[end..]) is { } fault) return fault;
        bool hasPath = end < target.Length && target[end] == '/';
        request.RawTarget = hasPath ? target[end..] : "/" + target[end..];
        request.Path = PathOf(request.RawTarget);
        return null;
    }

    private static string PathOf(string target)
    {
        int query = target.IndexOf('?', StringComparison.Ordinal);
        char[] path = PathString.FromUriComponent(query < 0 ? target : target[..query]).Value!.ToCharArray();
        return new string(path, 0, RequestPath.RemoveDots(path));
    }
}
