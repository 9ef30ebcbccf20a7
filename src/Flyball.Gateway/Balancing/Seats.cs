using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Flyball.Contracts.Gateway;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Routing.Conditions;

namespace Flyball.Gateway.Balancing;

/// <summary>
/// Sticky sessions: a cookie names the endpoint that first answered a client, by a hash of its name, which tells
/// nobody its address. As long as that endpoint serves, the client's requests go there.
/// </summary>
internal sealed class Seats(RouteBalance balance)
{
    private readonly FieldName cookie = new(balance.StickyCookie!);

    public static ulong Of(string endpoint) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(endpoint));

    /// <summary>The seat that the request's cookie names; null for none.</summary>
    public ulong? Of<TFacts>(in TFacts facts) where TFacts : IRequestFacts, allows ref struct
    {
        Span<byte> room = stackalloc byte[IRequestFacts.ValueBytesMax];
        int length = facts.CopyCookie(cookie, room);
        bool names = ulong.TryParse(
            room[..Math.Max(0, length)], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong seat);
        return names ? seat : null;
    }

    /// <summary>The <c>Set-Cookie</c> that keeps a client at the endpoint.</summary>
    public string CookieFor(UpstreamEndpoint endpoint, bool isHttps)
    {
        string age = balance.StickyFor is { } span
            ? string.Create(CultureInfo.InvariantCulture, $"; Max-Age={(long)span.TotalSeconds}")
            : "";
        string secure = isHttps ? "; Secure" : "";
        return $"{cookie.Text}={endpoint.Seat:x16}; Path=/{age}; HttpOnly; SameSite=Lax{secure}";
    }
}
