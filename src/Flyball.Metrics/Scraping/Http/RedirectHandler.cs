using System.Net;

namespace Flyball.Metrics.Scraping.Http;

/// <summary>
/// Follows redirects of a GET. Credentials go with it to the same host and to no other: the framework's own handler
/// drops them at every hop, so that a target behind a login could not redirect. From https it never leads to http.
/// </summary>
internal sealed class RedirectHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Hops that are followed at most.</summary>
    private const int RedirectsMax = 10;

    /// <summary>Not sent to another host.</summary>
    private static readonly string[] Secrets = ["Authorization", "Cookie"];

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        Uri at = request.RequestUri!;
        for (int hop = 0; hop < RedirectsMax && Next(response, at) is { } next; hop++)
        {
            response.Dispose();
            var again = new HttpRequestMessage(request.Method, next) { Version = request.Version };
            bool isSameHost = next.Host.Equals(request.RequestUri!.Host, StringComparison.OrdinalIgnoreCase);
            foreach ((string name, IEnumerable<string> values) in request.Headers)
            {
                if (isSameHost || !Secrets.Contains(name, StringComparer.OrdinalIgnoreCase))
                    again.Headers.TryAddWithoutValidation(name, values);
            }

            response = await base.SendAsync(again, cancellationToken);
            at = next;
        }

        return response;
    }

    private static Uri? Next(HttpResponseMessage response, Uri at)
    {
        bool isRedirect = response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
            or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
        if (!isRedirect || response.Headers.Location is not { } location) return null;
        Uri next = location.IsAbsoluteUri ? location : new Uri(at, location);
        return next.Scheme == "https" || (next.Scheme == "http" && at.Scheme == "http") ? next : null;
    }
}
