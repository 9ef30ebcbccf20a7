namespace Flyball.Metrics.Scraping.Configuration;

/// <summary><c>basic_auth</c>; a file is read at each request, so that it may be rotated.</summary>
internal sealed record BasicAuth(string Username, string? UsernameFile, string Password, string? PasswordFile);
