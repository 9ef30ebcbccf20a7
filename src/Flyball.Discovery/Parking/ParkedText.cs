using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Flyball.Discovery.Parking;

/// <summary>A request as the text that the HTTP server reads when it is woken: what answers need, no more.</summary>
internal static class ParkedText
{
    private static readonly string[] Kept = ["Host", "Connection"];

    /// <param name="request">Without a body.</param>
    /// <param name="and">
    /// A parameter to add to those that it has, <c>name=value</c>; empty for none.
    /// </param>
    public static byte[] Of(HttpRequest request, string and)
    {
        string target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        // In front of the others: of several values the first counts.
        if (and.Length > 0) target = target.Insert(target.IndexOf('?', StringComparison.Ordinal) + 1, and + "&");
        var text = new StringBuilder(256).Append(request.Method).Append(' ').Append(target);
        text.Append(' ').Append(request.Protocol).Append("\r\n");
        foreach (string name in Kept)
        {
            foreach (string? value in request.Headers[name])
                if (value is not null) text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.Append("\r\n").ToString());
    }
}
