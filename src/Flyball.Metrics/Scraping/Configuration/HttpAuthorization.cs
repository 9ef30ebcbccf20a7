namespace Flyball.Metrics.Scraping.Configuration;

/// <summary><c>authorization</c>: a scheme and credentials; a file is read at each request.</summary>
internal sealed record HttpAuthorization(string Type, string Credentials, string? CredentialsFile);
