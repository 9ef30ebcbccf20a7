using System.Globalization;
using System.Net;
using Flyball.Contracts.Yaml;

namespace Flyball.Discovery.Sidecar.Configuring;

/// <summary>Reads what a sidecar was told by its file and its flags; every problem names where it stands.</summary>
internal static class SidecarReader
{
    private const int LoopsMax = 64;

    private static readonly TimeSpan LeaseMin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LeaseMax = TimeSpan.FromHours(1);
    private static readonly TimeSpan ForgetMin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ForgetMax = TimeSpan.FromDays(7);
    private static readonly TimeSpan DrainMax = TimeSpan.FromMinutes(1);

    /// <summary>The file as it is now, and the flags.</summary>
    public static (SidecarSpec? Spec, IReadOnlyList<string> Problems) Read(SidecarOptions options)
    {
        if (options.File is null) return Read(null, "the command line", options);
        try
        {
            var info = new FileInfo(options.File);
            if (info.Exists && info.Length > options.FileBytesMax)
            {
                string bound = $"at most {options.FileBytesMax} are read";
                return (null, [$"{options.File}: it has {info.Length} bytes; {bound}."]);
            }

            return Read(File.ReadAllText(options.File), options.File, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, [$"{options.File}: {e.Message}"]);
        }
    }

    /// <param name="text">YAML; null for none.</param>
    /// <param name="file">Its name, for problems.</param>
    /// <param name="options">The flags.</param>
    public static (SidecarSpec? Spec, IReadOnlyList<string> Problems) Read(
        string? text, string file, SidecarOptions options)
    {
        var problems = new YamlProblems(file);
        YamlNode? root = text is null ? null : YamlTree.TryRead(text, problems);
        YamlFields? fields = root is null ? null : YamlFields.TryOf(root, problems);
        var flags = new List<string>();
        SidecarSpec spec = fields is null ? new SidecarSpec
        {
            Catalogue = SidecarOptions.UsualCatalogue, Listen = SidecarOptions.UsualListen,
        }
            : OfFile(fields);
        spec = FlagReader.Apply(spec, options, flags);
        if (!problems.Any && flags.Count == 0) flags.AddRange(Clashes(spec, file));
        string[] all = [.. problems.Items, .. flags];
        return all.Length == 0 ? (spec, all) : (null, all);
    }

    private static SidecarSpec OfFile(YamlFields fields)
    {
        var spec = new SidecarSpec
        {
            Catalogue = fields.Url("catalogue") ?? SidecarOptions.UsualCatalogue,
            TokenFile = fields.Text("token-file"),
            Listen = fields.EndPointOrNone("listen", SidecarOptions.UsualListen),
            Lease = fields.Duration("lease", TimeSpan.FromSeconds(10), LeaseMin, LeaseMax),
            ForgetAfter = fields.Duration("forget-after", TimeSpan.FromMinutes(1), ForgetMin, ForgetMax),
            Drain = fields.Duration("drain", TimeSpan.FromSeconds(5), TimeSpan.Zero, DrainMax),
            Loops = fields.Number("loops", 1, 1, LoopsMax),
            Register = [.. RegisterReader.Read(fields)],
            Use = [.. UseReader.Read(fields)],
        };
        fields.Finish();
        return spec;
    }

    private static IEnumerable<string> Clashes(SidecarSpec spec, string file)
    {
        if (spec.Register.Count == 0 && spec.Use.Count == 0)
            yield return $"{file}: there is nothing to register and nothing to use.";
        if (spec.Register.Count > SidecarSpec.RegistrationsMax)
            yield return $"{file}: register has {spec.Register.Count} entries; at most {SidecarSpec.RegistrationsMax}.";
        if (spec.Use.Count > SidecarSpec.UsesMax)
            yield return $"{file}: use has {spec.Use.Count} entries; at most {SidecarSpec.UsesMax}.";
        IEnumerable<string> ids = spec.Register.Select(one => one.Id);
        foreach (IGrouping<string, string> twice in ids.GroupBy(one => one).Where(group => group.Count() > 1))
            yield return $"{file}: register has the id {twice.Key} twice; give one of them another id.";
        IEnumerable<IPEndPoint> listens = spec.Use.Select(one => one.Listen);
        if (spec.Listen is { } own) listens = listens.Append(own);
        foreach (IGrouping<IPEndPoint, IPEndPoint> twice in listens.GroupBy(one => one)
            .Where(group => group.Key.Port != 0 && group.Count() > 1))
            yield return string.Create(CultureInfo.InvariantCulture, $"{file}: {twice.Key} is listened on twice.");
    }
}
