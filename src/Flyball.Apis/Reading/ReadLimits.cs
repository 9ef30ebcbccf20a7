namespace Flyball.Apis.Reading;

/// <summary>
/// How much a document may ask of whoever reads it: documents come from services, and no service may take the server
/// down. What is beyond is refused with the limit's number.
/// </summary>
internal static class ReadLimits
{
    /// <summary>Bytes of a document; the option <see cref="ApisOptions.DocumentBytesMax"/> cannot exceed it.</summary>
    public const int BytesMax = 16 << 20;

    /// <summary>
    /// Nested maps and lists. YamlDotNet's flow scanner is quadratic in the depth, so this also bounds time.
    /// </summary>
    public const int DepthMax = 100;

    /// <summary>Values, with aliases written out.</summary>
    public const int NodesMax = 1_000_000;

    /// <summary>
    /// Letters of the JSON pointer to a value: whatever is told of a document names places by it, in every line.
    /// </summary>
    public const int PointerLengthMax = 4_096;

    /// <summary>What is told of a place beyond <see cref="PointerLengthMax"/>, where it begins.</summary>
    public static readonly string TooFar = $"a pointer to a value below is longer than {PointerLengthMax} letters";

    /// <summary>Letters of a parameter's name: many operations may refer to one parameter.</summary>
    public const int NameLengthMax = PointerLengthMax;

    /// <summary>Operations of an API.</summary>
    public const int OperationsMax = 5_000;

    /// <summary>
    /// Parameters, answers, headers and media types of all operations: many may refer to the same.
    /// </summary>
    public const int PartsMax = 500_000;

    /// <summary>Alternatives of one <c>security</c>, with their schemes and scopes.</summary>
    public const int SecurityMax = 500;

    /// <summary>Named schemas of an API.</summary>
    public const int SchemasMax = 10_000;

    /// <summary>References that lead to one another before there is a value.</summary>
    public const int ReferenceChainMax = 32;

    /// <summary>Faults of one document that are told.</summary>
    public const int FaultsMax = 20;
}
