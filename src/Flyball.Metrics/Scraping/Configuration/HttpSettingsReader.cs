using Flyball.Contracts.Yaml;

namespace Flyball.Metrics.Scraping.Configuration;

/// <summary>Reads what Prometheus calls the HTTP client configuration, from among the keys of its owner.</summary>
internal static class HttpSettingsReader
{
    /// <param name="fields">The owner's keys.</param>
    /// <param name="directory">Where relative paths start.</param>
    public static HttpSettings Read(YamlFields fields, string directory)
    {
        if (fields.Has("oauth2")) fields.Fail("oauth2", "is not supported; use authorization with credentials_file");
        BasicAuth? basic = ReadBasicAuth(fields, directory);
        HttpAuthorization? authorization = ReadAuthorization(fields, directory);
        if (basic is not null && authorization is not null)
            fields.Fail("authorization", "and basic_auth exclude each other");
        Uri? proxy = null;
        if (fields.Text("proxy_url") is { } text && !Uri.TryCreate(text, UriKind.Absolute, out proxy))
            fields.Fail("proxy_url", $"takes an address such as http://proxy:3128, not {text}");
        TlsSettings tls = ReadTls(fields, directory);
        bool fromEnvironment = fields.Flag("proxy_from_environment", false);
        if (tls.ServerName is not null && (proxy is not null || fromEnvironment))
            fields.Fail("tls_config", "cannot have a server_name when there is a proxy");
        return new HttpSettings
        {
            BasicAuth = basic,
            Authorization = authorization,
            Tls = tls,
            FollowsRedirects = fields.Flag("follow_redirects", true),
            AllowsHttp2 = fields.Flag("enable_http2", true),
            Proxy = proxy,
            ProxyFromEnvironment = fromEnvironment,
            Headers = ReadHeaders(fields, directory),
        };
    }

    private static BasicAuth? ReadBasicAuth(YamlFields fields, string directory)
    {
        if (fields.Fields("basic_auth") is not { } auth) return null;
        var read = new BasicAuth(
            auth.Text("username", ""), Path(auth, "username_file", directory), auth.Text("password", ""),
            Path(auth, "password_file", directory));
        auth.Finish();
        if (read.Username.Length > 0 && read.UsernameFile is not null)
            auth.Fail("username_file", "and username exclude each other");
        if (read.Password.Length > 0 && read.PasswordFile is not null)
            auth.Fail("password_file", "and password exclude each other");
        return read;
    }

    private static HttpAuthorization? ReadAuthorization(YamlFields fields, string directory)
    {
        string? token = fields.Text("bearer_token");
        string? tokenFile = Path(fields, "bearer_token_file", directory);
        if (fields.Fields("authorization") is not { } auth)
        {
            return token is null && tokenFile is null
                ? null
                : new HttpAuthorization("Bearer", token ?? "", tokenFile);
        }

        var read = new HttpAuthorization(
            auth.Text("type", "Bearer"), auth.Text("credentials", ""), Path(auth, "credentials_file", directory));
        auth.Finish();
        if (read.Credentials.Length > 0 && read.CredentialsFile is not null)
            auth.Fail("credentials_file", "and credentials exclude each other");
        if (read.Type.Equals("basic", StringComparison.OrdinalIgnoreCase))
            auth.Fail("type", "cannot be basic; use basic_auth");
        return read;
    }

    private static TlsSettings ReadTls(YamlFields fields, string directory)
    {
        if (fields.Fields("tls_config") is not { } tls) return new TlsSettings();
        var read = new TlsSettings
        {
            Ca = tls.Text("ca"),
            CaFile = Path(tls, "ca_file", directory),
            Certificate = tls.Text("cert"),
            CertificateFile = Path(tls, "cert_file", directory),
            Key = tls.Text("key"),
            KeyFile = Path(tls, "key_file", directory),
            ServerName = tls.Text("server_name"),
            SkipsVerification = tls.Flag("insecure_skip_verify", false),
            MinVersion = Version(tls, "min_version"),
            MaxVersion = Version(tls, "max_version"),
        };
        tls.Finish();
        bool hasCertificate = read.Certificate is not null || read.CertificateFile is not null;
        bool hasKey = read.Key is not null || read.KeyFile is not null;
        if (hasCertificate != hasKey) tls.Fail(hasKey ? "key_file" : "cert_file", "needs both a certificate and a key");
        return read;
    }

    private static string? Version(YamlFields tls, string key)
    {
        string? text = tls.Text(key);
        if (text is null or "TLS12" or "TLS13") return text;
        tls.Fail(key, $"takes TLS12 or TLS13, not {text}");
        return null;
    }

    private static List<HttpHeader> ReadHeaders(YamlFields fields, string directory)
    {
        var headers = new List<HttpHeader>();
        if (fields.Fields("http_headers") is not { } map) return headers;
        foreach (YamlEntry entry in map.Map.Entries)
        {
            if (YamlFields.TryOf(entry.Value, fields.Problems) is not { } header) continue;
            headers.Add(new HttpHeader(
                entry.Key, [.. header.Texts("values"), .. header.Texts("secrets")],
                [.. header.Texts("files").Select(file => System.IO.Path.Combine(directory, file))]));
            header.Finish();
        }

        return headers;
    }

    private static string? Path(YamlFields fields, string key, string directory) =>
        fields.Text(key) is { } text ? System.IO.Path.Combine(directory, text) : null;
}
