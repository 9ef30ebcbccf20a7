using System.Net;

namespace Flyball.Discovery.Sidecar.Configuring;

/// <summary>Puts the flags over the file.</summary>
internal static class FlagReader
{
    public static SidecarSpec Apply(SidecarSpec spec, SidecarOptions options, List<string> problems)
    {
        List<RegisterSpec> register = [.. spec.Register];
        List<UseSpec> use = [.. spec.Use];
        foreach (string text in options.Registers)
        {
            if (Split(text, "--register", problems) is not { } one) continue;
            register.Add(new RegisterSpec
            {
                Id = RegisterReader.UsualId(one.Service, one.Port),
                Service = one.Service,
                Port = one.Port,
                Checks = [CheckReader.Connecting(one.Port)],
            });
        }

        foreach (string text in options.Uses)
        {
            if (Split(text, "--use", problems) is { } one)
                use.Add(new UseSpec { Service = one.Service, Listen = new IPEndPoint(IPAddress.Loopback, one.Port) });
        }

        return spec with
        {
            Register = register,
            Use = use,
            Catalogue = Catalogue(spec, options, problems),
            Listen = Listen(spec, options, problems),
        };
    }

    private static Uri Catalogue(SidecarSpec spec, SidecarOptions options, List<string> problems)
    {
        if (options.Catalogue is not { } text) return spec.Catalogue;
        if (SidecarFields.ReadUrl(text) is { } url) return url;
        problems.Add($"--catalogue: '{text}' is not an address such as {SidecarOptions.UsualCatalogue}");
        return spec.Catalogue;
    }

    private static IPEndPoint? Listen(SidecarSpec spec, SidecarOptions options, List<string> problems)
    {
        if (options.Listen is not { } text) return spec.Listen;
        if (text == "none") return null;
        if (SidecarFields.ReadEndPoint(text) is { } endPoint) return endPoint;
        problems.Add($"--listen: '{text}' is neither an address with a port nor none.");
        return spec.Listen;
    }

    private static (string Service, int Port)? Split(string text, string flag, List<string> problems)
    {
        int equals = text.LastIndexOf('=');
        if (equals is > 0 and <= SidecarFields.NameCharsMax
            && SidecarFields.ReadPort(text[(equals + 1)..]) is { } port)
            return (text[..equals], port);
        problems.Add($"{flag}: '{text}' is not SERVICE=PORT.");
        return null;
    }
}
