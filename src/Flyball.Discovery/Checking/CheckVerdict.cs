using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Checking;

/// <summary>What a probe found, or a client said.</summary>
internal readonly record struct CheckVerdict(CheckStatus Status, string Output);
