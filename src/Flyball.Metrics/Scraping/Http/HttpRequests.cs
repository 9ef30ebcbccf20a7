using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Flyball.Metrics.Scraping.Configuration;

namespace Flyball.Metrics.Scraping.Http;

/// <summary>What requests of scraping and discovery share.</summary>
internal static class HttpRequests
{
    /// <summary>Adds credentials and headers; files are read each time, so that they may be rotated.</summary>
    /// <exception cref="IOException">A file of credentials cannot be read.</exception>
    public static async Task AuthorizeAsync(
        HttpRequestMessage request, HttpSettings settings, CancellationToken cancellation)
    {
        request.Version = settings.AllowsHttp2 && request.RequestUri?.Scheme == "https"
            ? System.Net.HttpVersion.Version20
            : System.Net.HttpVersion.Version11;
        request.Headers.TryAddWithoutValidation("User-Agent", "Flyball");
        if (settings.BasicAuth is { } basic)
        {
            string user = await ReadAsync(basic.Username, basic.UsernameFile, cancellation);
            string password = await ReadAsync(basic.Password, basic.PasswordFile, cancellation);
            string token = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
            request.Headers.TryAddWithoutValidation("Authorization", $"Basic {token}");
        }
        else if (settings.Authorization is { } authorization)
        {
            string credentials =
                await ReadAsync(authorization.Credentials, authorization.CredentialsFile, cancellation);
            request.Headers.TryAddWithoutValidation("Authorization", $"{authorization.Type} {credentials}");
        }

        foreach (HttpHeader header in settings.Headers)
        {
            request.Headers.TryAddWithoutValidation(header.Name, header.Values);
            foreach (string file in header.Files)
            {
                string value = await File.ReadAllTextAsync(file, cancellation);
                request.Headers.TryAddWithoutValidation(header.Name, value.Trim());
            }
        }
    }

    /// <summary>
    /// Whether an exception means that the other side, or a file of credentials, did not do its part.
    /// </summary>
    public static bool IsFailure(Exception exception, CancellationToken stop) => exception switch
    {
        OperationCanceledException => !stop.IsCancellationRequested,
        HttpRequestException or IOException or InvalidDataException or SocketException => true,
        AuthenticationException or UnauthorizedAccessException or UriFormatException => true,
        _ => false,
    };

    private static async Task<string> ReadAsync(string text, string? file, CancellationToken cancellation) =>
        file is null ? text : (await File.ReadAllTextAsync(file, cancellation)).Trim();
}
