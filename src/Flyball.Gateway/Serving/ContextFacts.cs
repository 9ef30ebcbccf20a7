using System.Buffers;
using System.Net;
using System.Text;
using Flyball.Gateway.Routing.Conditions;
using Flyball.Gateway.Tls;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Flyball.Gateway.Serving;

/// <summary>What Kestrel has read of a request.</summary>
internal readonly struct ContextFacts(HttpContext context) : IRequestFacts
{
    private const int StackBytesMax = 1024;

    public string Method => RequestMethod.Of(context);

    public IPAddress? Client => context.Connection.RemoteIpAddress is { } address && address.IsIPv4MappedToIPv6
        ? address.MapToIPv4()
        : context.Connection.RemoteIpAddress;

    public TlsConnection? Tls => context.Request.IsHttps ? context.Features.Get<TlsConnection>() : null;

    public int HeaderBytes
    {
        get
        {
            int bytes = 2;
            foreach ((string name, StringValues values) in context.Request.Headers)
            {
                // As HTTP/1.1 would have it: a colon, a blank and a line's end each.
                foreach (string? value in values) bytes += name.Length + (value?.Length ?? 0) + 4;
            }

            return bytes;
        }
    }

    public (string Host, string Target) Address
    {
        get
        {
            string raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
            return (
                context.Request.Headers.Host.ToString(),
                raw.StartsWith('/')
                    ? raw
                    : context.Request.Path.ToUriComponent() + context.Request.QueryString.Value);
        }
    }

    public bool HeaderFits(FieldTest test)
    {
        foreach (string? value in context.Request.Headers[test.Name.Text])
        {
            if (test.Accepts(value)) return !test.WantsNone;
        }

        return test.WantsNone;
    }

    public bool QueryFits(FieldTest test)
    {
        string query = context.Request.QueryString.Value ?? "";
        int length = Encoding.UTF8.GetMaxByteCount(query.Length);
        byte[]? rented = length > StackBytesMax ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> bytes = rented ?? stackalloc byte[StackBytesMax];
        int written = Encoding.UTF8.GetBytes(query, bytes);
        bool fits = QueryFields.Fit(written == 0 ? default : bytes[1..written], test);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return fits;
    }

    public int CopyHeader(FieldName name, scoped Span<byte> to)
    {
        StringValues values = context.Request.Headers[name.Text];
        return values.Count == 0 ? -1 : Copy(values[0], to);
    }

    public int CopyCookie(FieldName name, scoped Span<byte> to)
    {
        foreach (string? line in context.Request.Headers.Cookie)
        {
            int length = Copy(line, to);
            if (!CookieFields.TryFind(to[..length], name.Bytes, out ReadOnlySpan<byte> value)) continue;
            value.CopyTo(to);
            return value.Length;
        }

        return -1;
    }

    public bool HasSeveral(FieldName name) => context.Request.Headers[name.Text].Count > 1;

    public int CopyEnd(FieldName name, scoped Span<byte> to)
    {
        byte[] all = Encoding.UTF8.GetBytes(context.Request.Headers[name.Text].ToString());
        byte[] end = all[^Math.Min(all.Length, to.Length)..];
        end.CopyTo(to);
        return end.Length;
    }

    /// <summary>As many bytes as count.</summary>
    private static int Copy(string? text, scoped Span<byte> to)
    {
        Encoding.UTF8.GetEncoder().Convert(
            text, to[..IRequestFacts.ValueBytesMax], flush: true, out _, out int written, out _);
        return written;
    }
}
