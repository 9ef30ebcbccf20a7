namespace Flyball.Agent.Drivers;

/// <summary>What became of an attempt.</summary>
internal enum RecoveryKind
{
    /// <summary>It runs; <see cref="TaskRecovery.Handle"/> says where.</summary>
    Alive,

    /// <summary>It ended; <see cref="TaskRecovery.Exit"/> says how, as far as that can be told.</summary>
    Exited,

    /// <summary>It was never started.</summary>
    NeverStarted,

    /// <summary>The engine does not answer: neither can be told now.</summary>
    Unavailable,
}

/// <summary>The answer of <see cref="ITaskDriver.RecoverAsync"/>.</summary>
internal sealed record TaskRecovery(
    RecoveryKind Kind, TaskHandle? Handle = null, TaskExit? Exit = null, string Message = "");
