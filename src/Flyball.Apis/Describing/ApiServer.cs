namespace Flyball.Apis.Describing;

/// <summary>Where an API says that it is served.</summary>
internal sealed record ApiServer(string Url, Located At)
{
    /// <summary>The part of the address that operations' paths are appended to; it begins with a slash.</summary>
    public string BasePath
    {
        get
        {
            string rest = Url;
            int scheme = rest.IndexOf("//", StringComparison.Ordinal);
            if (scheme >= 0)
            {
                int slash = rest.IndexOf('/', scheme + 2);
                rest = slash < 0 ? "" : rest[slash..];
            }

            return "/" + rest.Trim('/');
        }
    }
}
