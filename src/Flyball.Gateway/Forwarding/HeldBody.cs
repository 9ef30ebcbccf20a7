using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Flyball.Gateway.Forwarding;

/// <summary>What the server holds of a request that nobody reads yet.</summary>
internal static class HeldBody
{
    /// <summary>Bytes of a body that the server takes in before somebody reads them.</summary>
    public const int UnreadMax = 1024 * 1024;

    /// <summary>The first line and the headers of nearly every request.</summary>
    private const int HeadBytes = 16 * 1024;

    /// <summary>At most; a body without a length counts as the most that is taken in.</summary>
    public static long BytesOf(HttpContext context)
    {
        bool hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;
        return HeadBytes + (hasBody ? Math.Min(context.Request.ContentLength ?? UnreadMax, UnreadMax) : 0);
    }
}
